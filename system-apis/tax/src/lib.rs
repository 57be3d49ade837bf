//! The tax system API: tax that is quoted, committed and reversed, safely repeated.

mod adapters;
mod handlers;
mod port;
mod routes;

pub use adapters::Connector;

use crossdock_model::{Clock, ConnectorName, Tenant};
use crossdock_outbound::{Backends, Connectors, Routing, RoutingKey};
use crossdock_problem::Problem;
use crossdock_runtime::Api;
use port::TaxBackend;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use sys_tax_contract::API;

/// `[tax]` of the configuration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The tax engines, by name.
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
    /// How engines are reached.
    pub backends: Backends,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// Why the API cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Neither an address nor an embedded backend of that name.
    #[error(
        "[tax.connectors.{0}] has no base-url and no embedded backend runs in this process: add one"
    )]
    Unreachable(ConnectorName),
}

/// What handlers share.
#[derive(Debug)]
pub(crate) struct App {
    connectors: Connectors<dyn TaxBackend>,
    clock: Arc<dyn Clock>,
}

impl App {
    /// The connector that the order pins, or the one that is routed.
    fn backend(
        &self,
        pinned: Option<&ConnectorName>,
        tenant: &Tenant,
    ) -> Result<&dyn TaxBackend, Problem> {
        let routed = self.connectors.pick(pinned, tenant, &RoutingKey::default());
        routed.map(|(_name, backend)| &**backend)
    }
}

/// The API.
pub fn api(deps: Deps) -> Result<Api, SetupError> {
    let mut connected = BTreeMap::new();
    for (name, connector) in deps.settings.connectors {
        let backend = connector.connect(&name, &deps.backends)?;
        connected.insert(name, backend);
    }
    let app = Arc::new(App {
        connectors: Connectors::new(connected, deps.settings.routing),
        clock: deps.clock,
    });
    let description = "Quote tax, commit it with a shipment, reverse it with a return.";
    Ok(Api::new(API, description, routes::routes(app)))
}
