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

pub use adapters::Connector;

use crossdock_model::{ConnectorName, Context};
use crossdock_outbound::{OnConnector, RoutingKey};
use crossdock_problem::Problem;
use crossdock_runtime::Api;
use crossdock_settings::Faults;
use crossdock_system::Connected;
use in_flight::InFlight;
use port::ErpBackend;
use std::sync::Arc;
use sys_erp_contract::API;

/// `[erp]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// What the API is built from.
pub type Deps = crossdock_system::Deps<Connector>;

/// What handlers share.
#[derive(Debug)]
pub(crate) struct Erp {
    connected: Connected<dyn ErpBackend>,
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
        pinned: &OnConnector,
        context: &Context,
        capability: &str,
    ) -> Result<Serving<'_>, Problem> {
        let key = RoutingKey {
            brand: None,
            capability: Some(capability.to_owned()),
        };
        let (name, backend) = self.connected.pick(pinned, context, &key)?;
        Ok(Serving { name, backend })
    }
}

/// The ERP system API over its connected backends.
pub fn api(deps: Deps) -> Result<Api, Faults> {
    let erp = Erp {
        connected: deps.connect(API, Connector::connect)?,
        in_flight: InFlight::default(),
    };
    let description = "Item master, list prices, stock at cost and the books of the connected ERPs. \
                       Every posting may be sent twice: it is looked up by reference first.";
    Ok(Api::new(API, description, routes::routes(Arc::new(erp))))
}
