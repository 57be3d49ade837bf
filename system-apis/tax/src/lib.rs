//! The tax system API: tax that is quoted, committed and reversed, safely repeated.

mod adapters;
mod handlers;
mod port;
mod routes;

pub use adapters::Connector;

use crossdock_runtime::Api;
use crossdock_settings::Faults;
use crossdock_system::Connected;
use port::TaxBackend;
use std::sync::Arc;
use sys_tax_contract::API;

/// `[tax]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// What the API is built from.
pub type Deps = crossdock_system::Deps<Connector>;

/// What handlers share.
pub(crate) type App = Connected<dyn TaxBackend>;

/// The API over its connected backends.
pub fn api(deps: Deps) -> Result<Api, Faults> {
    let app = deps.connect(API, Connector::connect)?;
    let description = "Quote tax, commit it with a shipment, reverse it with a return.";
    Ok(Api::new(API, description, routes::routes(Arc::new(app))))
}
