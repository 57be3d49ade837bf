//! The customer system API: who somebody is, safe to ask and to tell twice.

mod adapters;
mod handlers;
mod port;
mod routes;

pub use adapters::Connector;

use crossdock_runtime::Api;
use crossdock_settings::Faults;
use crossdock_system::Connected;
use port::CustomerBackend;
use std::sync::Arc;
use sys_customer_contract::API;

/// `[customer]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// What the API is built from.
pub type Deps = crossdock_system::Deps<Connector>;

/// What handlers share.
pub(crate) type App = Connected<dyn CustomerBackend>;

/// The API over its connected backends.
pub fn api(deps: Deps) -> Result<Api, Faults> {
    let app = deps.connect(API, Connector::connect)?;
    let description = "Who a customer is: resolve, create and update, safely repeated.";
    Ok(Api::new(API, description, routes::routes(Arc::new(app))))
}
