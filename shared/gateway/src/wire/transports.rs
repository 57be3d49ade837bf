//! How APIs reach one another: straight into the router, or over HTTP.

use crate::apis;
use crate::options::Options;
use crate::settings::Settings;
use crate::wire::{BuildError, keys};
use axum::Router;
use crossdock_model::{ApiId, Tier};
use crossdock_outbound::{Endpoint, TierKey, Transport};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// Into the router where an API is served here, over HTTP where `tier.remote` names it.
pub(crate) fn transports(
    settings: &Settings,
    options: &Options,
    here: &HashMap<ApiId, Router>,
    client: &reqwest::Client,
    folder: &Path,
) -> Result<HashMap<ApiId, Transport>, BuildError> {
    let key: TierKey = keys::tier_key(settings, folder)?;
    let mut transports = HashMap::new();
    for api in apis::ids()
        .into_iter()
        .filter(|api| api.tier != Tier::Experience)
    {
        let remote = &settings.tier.remote;
        let address = remote
            .get(&api.to_string())
            .or_else(|| remote.get(api.tier.as_str()));
        match (here.get(&api), address) {
            (Some(router), _) => {
                transports.insert(api, Transport::in_process(router.clone()));
            }
            (None, Some(address)) => {
                let endpoint = Endpoint::remote(client.clone(), address.clone());
                let clock = Arc::clone(&options.clock);
                transports.insert(api, Transport::http(endpoint, key.clone(), clock));
            }
            (None, None) => tracing::debug!(%api, "neither served here nor in tier.remote"),
        }
    }
    Ok(transports)
}
