//! The loyalty system API: points that are safe to move twice.

mod adapters;
mod handlers;
mod port;
mod routes;
#[cfg(test)]
mod tests;

pub use adapters::Connector;

use crossdock_runtime::Api;
use crossdock_settings::Faults;
use crossdock_system::Connected;
use port::LoyaltyBackend;
use std::sync::Arc;
use sys_loyalty_contract::API;

/// `[loyalty]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// What the API is built from.
pub type Deps = crossdock_system::Deps<Connector>;

/// What handlers share.
pub(crate) type App = Connected<dyn LoyaltyBackend>;

/// The API over its connected backends.
pub fn api(deps: Deps) -> Result<Api, Faults> {
    let app = deps.connect(API, Connector::connect)?;
    let description =
        "Evaluate baskets, hold, burn, earn and restore points; repeat any call safely.";
    Ok(Api::new(API, description, routes::routes(Arc::new(app))))
}
