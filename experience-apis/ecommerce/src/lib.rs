//! The shop's API: catalogue, quotes, orders, returns and points, as one customer sees them.
//!
//! Who the customer is comes from the token, never from a body; what belongs to somebody else is not
//! there. Every handler makes one round trip to the process tier and maps its answer (`view.rs`).

mod deps;
mod handlers;
mod routes;
mod shopper;
#[cfg(test)]
mod testing;
mod view;

pub use deps::API;

use crossdock_outbound::Directory;
use crossdock_runtime::Api;
use deps::Deps;

/// The API over the process APIs that the directory leads to.
pub fn api(directory: &Directory) -> Api {
    Api::new(
        API,
        "The shop: catalogue, quotes, orders, returns and points of one customer.",
        routes::routes(Deps::new(directory)),
    )
}
