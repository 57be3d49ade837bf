//! The customer system API: who somebody is, with reads and writes that are safe to repeat.

mod adapters;
mod handlers;
mod port;
mod routes;

pub use adapters::Connector;

use crossdock_runtime::Api;
use crossdock_settings::Faults;
use std::sync::Arc;
use sys_customer_contract::API;

/// The section `[customer]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// The API's section of the configuration, with the ways to its backends.
pub type Deps = crossdock_system::Deps<Connector>;

/// The API over its connected backends.
pub fn api(deps: Deps) -> Result<Api, Faults> {
    let backends = deps.connect(API, Connector::connect)?;
    let description = "Who a customer is: resolve, create and update, safely repeated.";
    Ok(Api::new(
        API,
        description,
        routes::routes(Arc::new(backends)),
    ))
}
