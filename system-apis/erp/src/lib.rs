//! The ERP system API: item master, stock at cost and the books, safe to call twice.

mod adapters;
mod handlers;
mod in_flight;
mod port;
mod post_once;
#[cfg(test)]
mod rig;
mod routes;
#[cfg(test)]
mod tests;

pub use adapters::{Connector, EmbeddedSettings};

use crossdock_model::{ApiId, Clock, ConnectorName, Context};
use crossdock_outbound::{Backends, Connectors, Routing, RoutingKey};
use crossdock_problem::Problem;
use crossdock_runtime::Api;
use in_flight::InFlight;
use port::ErpBackend;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const ID: ApiId = ApiId::system("erp");

/// Which ERP instances there are, and which serves whom.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The instances by name.
    pub connectors: BTreeMap<ConnectorName, Connector>,
    /// Who serves whom; with one instance it may stay empty.
    #[serde(default)]
    pub routing: Routing,
}

/// What the API is built from.
#[derive(Debug)]
pub struct Deps {
    /// Its part of the configuration.
    pub settings: Settings,
    /// How adapters reach backends.
    pub backends: Backends,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why the API cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Nothing to connect to.
    #[error("[erp.connectors] is empty: name at least one ERP")]
    NoConnector,
    /// A routing rule names nobody.
    #[error("[[erp.routing]] names the connector '{0}', which is not in [erp.connectors]")]
    UnknownConnector(ConnectorName),
}

/// What every handler works with.
#[derive(Debug)]
pub(crate) struct Erp {
    connectors: Connectors<dyn ErpBackend>,
    clock: Arc<dyn Clock>,
    in_flight: InFlight,
}

/// The ERP that serves a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Serving<'a> {
    name: &'a ConnectorName,
    backend: &'a dyn ErpBackend,
}

impl Erp {
    /// The pinned ERP, or the one that is routed for that part of the domain.
    fn serving(
        &self,
        pinned: Option<&ConnectorName>,
        context: &Context,
        capability: &str,
    ) -> Result<Serving<'_>, Problem> {
        let key = RoutingKey {
            brand: None,
            capability: Some(capability.to_owned()),
        };
        let (name, backend) = self.connectors.pick(pinned, &context.caller.tenant, &key)?;
        Ok(Serving {
            name,
            backend: &**backend,
        })
    }
}

/// The ERP system API over its connected backends.
pub fn api(deps: Deps) -> Result<Api, SetupError> {
    let Deps {
        settings,
        backends,
        clock,
    } = deps;
    if settings.connectors.is_empty() {
        return Err(SetupError::NoConnector);
    }
    let mut connected: BTreeMap<ConnectorName, Arc<dyn ErpBackend>> = BTreeMap::new();
    for (name, connector) in &settings.connectors {
        connected.insert(name.clone(), connector.connect(name, &backends));
    }
    for rule in &settings.routing {
        if !connected.contains_key(&rule.connector) {
            return Err(SetupError::UnknownConnector(rule.connector.clone()));
        }
    }
    let erp = Arc::new(Erp {
        connectors: Connectors::new(connected, settings.routing),
        clock,
        in_flight: InFlight::default(),
    });
    let description = "Item master, list prices, stock at cost and the books of the connected ERPs. \
                       Every posting may be sent twice: it is looked up by reference first.";
    Ok(Api::new(ID, description, routes::routes(erp)))
}
