//! The till's API: any order of the tenant, found by what the customer has at hand, returned here.
//!
//! The store is the clerk's, from the token, never from a body; whoever is no clerk sees no orders.

mod clerk;
mod deps;
mod handlers;
mod routes;
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
        "The till: find any order of the tenant, evaluate and take returns, see stock.",
        routes::routes(Deps::new(directory)),
    )
}
