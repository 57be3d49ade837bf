//! The customer service desk's API: find an order by anything, see everything that happened to it, help.
//!
//! An agent sees the whole tenant; whoever is no agent sees nothing here.

mod agent;
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
        "Customer service: search, a customer's overview, an order's timeline, cancellations.",
        routes::routes(Deps::new(directory)),
    )
}
