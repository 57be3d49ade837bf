//! Every selected API, built bottom up, with the engine between system and process tier.

use crate::apis::{self, Build};
use crate::options::Options;
#[cfg(feature = "crash-points")]
use crate::wire::crash;
use crate::wire::{BuildError, Site};
use crossdock_runtime::Api;
use crossdock_workflow::Engine;
use std::sync::Arc;

/// Bottom up: system APIs, then the engine with every workflow, then process APIs, then channels.
pub(crate) fn build_apis(
    site: &mut Site,
    options: &Options,
) -> Result<(Vec<Api>, Option<Engine>), BuildError> {
    let served = || apis::ALL.iter().filter(|entry| options.serve.has(entry.id));
    let mut apis = Vec::new();
    let mut engine = None;
    if let Some(store) = site.process_store.clone() {
        let (clock, ids) = (Arc::clone(&site.clock), Arc::clone(&site.ids));
        let mut builder = Engine::builder(store, clock, ids);
        for entry in served() {
            if let Build::Process { workflows, .. } = entry.build {
                for workflow in workflows(site)? {
                    builder = builder.register(workflow);
                }
            }
        }
        #[cfg(feature = "crash-points")]
        {
            builder = crash::armed(builder);
        }
        let started = builder.start();
        engine = Some(started.map_err(|error| BuildError::at("the engine cannot start")(&error))?);
    }
    for entry in served() {
        let api = match (&entry.build, &engine) {
            (Build::System { api, .. } | Build::Experience { api }, _) => api(site)?,
            (Build::Process { api, .. }, Some(engine)) => api(site, engine.clone())?,
            (Build::Process { .. }, None) => continue,
        };
        apis.push(api);
    }
    Ok((apis, engine))
}
