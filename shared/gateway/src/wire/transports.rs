//! How APIs reach one another: straight into the router, or over HTTP.

use crate::apis;
use crate::error::BuildError;
use crate::parts::{BuildContext, keys};
use axum::Router;
use crossdock_model::{ApiId, Tier};
use crossdock_outbound::{Client, Endpoint, Transport};
use std::collections::HashMap;
use std::sync::Arc;

/// Into the router where an API is served here, over HTTP where `tier.remote` names it.
pub(crate) fn transports(
    context: &BuildContext,
    here: &HashMap<ApiId, Router>,
    client: &Client,
) -> Result<HashMap<ApiId, Transport>, BuildError> {
    let key = keys::tier_key(&context.settings, &context.folder)?;
    let remote = &context.settings.tier.remote;
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
                let clock = Arc::clone(&context.clock);
                transports.insert(api, Transport::http(endpoint, key.clone(), clock));
            }
            // Nobody calls up into a channel; others are missed where they are called.
            (None, None) if api.tier == Tier::Experience => {}
            (None, None) => tracing::debug!(%api, "neither served here nor in tier.remote"),
        }
    }
    Ok(transports)
}
