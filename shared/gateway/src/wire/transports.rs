//! How APIs reach one another: straight into the router, or over HTTP.

use crate::apis;
use crate::wire::{BuildError, Site, keys};
use axum::Router;
use crossdock_model::{ApiId, Tier};
use crossdock_outbound::{Endpoint, Transport};
use std::collections::HashMap;
use std::sync::Arc;

impl Site {
    /// Into the router where an API is served here, over HTTP where `tier.remote` names it.
    pub(crate) fn transports(
        &self,
        here: &HashMap<ApiId, Router>,
        client: &crossdock_outbound::Client,
    ) -> Result<HashMap<ApiId, Transport>, BuildError> {
        let key = keys::tier_key(&self.settings, &self.folder)?;
        let remote = &self.settings.tier.remote;
        let mut transports = HashMap::new();
        for api in apis::ids() {
            let address = remote
                .get(&api.to_string())
                .or_else(|| remote.get(api.tier.as_str()));
            match (here.get(&api), address) {
                (Some(router), _) => {
                    transports.insert(api, Transport::in_process(router.clone()));
                }
                (None, Some(address)) => {
                    let endpoint = Endpoint::remote(client.clone(), address.clone());
                    let clock = Arc::clone(&self.clock);
                    transports.insert(api, Transport::http(endpoint, key.clone(), clock));
                }
                // Nobody calls up into a channel; others are missed where they are called.
                (None, None) if api.tier == Tier::Experience => {}
                (None, None) => tracing::debug!(%api, "neither served here nor in tier.remote"),
            }
        }
        Ok(transports)
    }
}
