//! The ERP system API: item master, stock at cost and the books, safe to call twice.

mod adapters;
#[cfg(test)]
mod fixture;
mod handlers;
mod in_flight;
mod port;
mod post_once;
mod routes;
#[cfg(test)]
mod tests;

pub use adapters::Connector;

use crossdock_runtime::Api;
use crossdock_settings::Faults;
use post_once::ErpState;
use std::sync::Arc;
use sys_erp_contract::API;

/// The section `[erp]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// The API's section of the configuration, with the ways to its backends.
pub type Deps = crossdock_system::Deps<Connector>;

/// The ERP system API over its connected backends.
pub fn api(deps: Deps) -> Result<Api, Faults> {
    let state = ErpState {
        backends: Arc::new(deps.connect(API, Connector::connect)?),
        in_flight: Arc::default(),
    };
    let description = "Item master, list prices, stock at cost and the books of the connected ERPs. \
                       Every posting may be sent twice: it is looked up by reference first.";
    Ok(Api::new(API, description, routes::routes(state)))
}
