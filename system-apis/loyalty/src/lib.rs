//! The loyalty system API: points that are safe to move twice.

mod adapters;
mod handlers;
mod port;
mod routes;
#[cfg(test)]
mod tests;

pub use adapters::Connector;

use crossdock_model::{Clock, ConnectorName, Tenant};
use crossdock_outbound::{Backends, Connectors, Routing, RoutingKey};
use crossdock_problem::Problem;
use crossdock_runtime::Api;
use port::LoyaltyBackend;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use sys_loyalty_contract::API;

/// `[loyalty]` of the configuration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The loyalty engines, by name.
    pub connectors: BTreeMap<ConnectorName, Connector>,
    /// Which of them serves whom.
    #[serde(default)]
    pub routing: Routing,
}

/// What the API is built from.
#[derive(Debug)]
pub struct Deps {
    /// Its part of the configuration.
    pub settings: Settings,
    /// How loyalty engines are reached.
    pub backends: Backends,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// Why the API cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Neither an address nor an embedded backend of that name.
    #[error(
        "[loyalty.connectors.{0}] has no base-url and no embedded backend runs in this process: add one"
    )]
    Unreachable(ConnectorName),
}

/// What handlers share.
#[derive(Debug)]
pub(crate) struct App {
    connectors: Connectors<dyn LoyaltyBackend>,
    clock: Arc<dyn Clock>,
}

impl App {
    /// The pinned connector, or the one that is routed.
    fn backend(
        &self,
        pinned: Option<&ConnectorName>,
        tenant: &Tenant,
    ) -> Result<&dyn LoyaltyBackend, Problem> {
        let routed = self.connectors.pick(pinned, tenant, &RoutingKey::default());
        routed.map(|(_name, backend)| &**backend)
    }
}

/// The API itself.
pub fn api(deps: Deps) -> Result<Api, SetupError> {
    let mut connected = BTreeMap::new();
    for (name, connector) in deps.settings.connectors {
        let backend = connector.connect(&name, &deps.backends)?;
        connected.insert(name, backend);
    }
    let connectors = Connectors::new(connected, deps.settings.routing);
    let app = Arc::new(App {
        connectors,
        clock: deps.clock,
    });
    let description =
        "Evaluate baskets, hold, burn, earn and restore points; repeat any call safely.";
    Ok(Api::new(API, description, routes::routes(app)))
}
