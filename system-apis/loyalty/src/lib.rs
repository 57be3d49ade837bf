//! The loyalty system API: points that are safe to move twice.

mod adapters;
mod handlers;
mod port;
mod routes;
mod runs;
#[cfg(test)]
mod tests;

pub use adapters::Connector;

use crossdock_runtime::Api;
use crossdock_settings::Faults;
use std::sync::Arc;
use sys_loyalty_contract::API;

/// The section `[loyalty]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// The API's section of the configuration, with the ways to its backends.
pub type Deps = crossdock_system::Deps<Connector>;

/// The API over its connected backends.
pub fn api(deps: Deps) -> Result<Api, Faults> {
    let backends = deps.connect(API, Connector::connect)?;
    let description =
        "Evaluate baskets, hold, burn, earn and restore points; repeat any call safely.";
    Ok(Api::new(
        API,
        description,
        routes::routes(Arc::new(backends)),
    ))
}
