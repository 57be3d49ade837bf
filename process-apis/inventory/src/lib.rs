//! The inventory process API: what can be promised, as a projection with its age.

mod deps;
mod handlers;
mod routes;

pub use deps::Parts;

use crate::deps::Deps;
use crossdock_model::ApiId;
use crossdock_runtime::Api;
use proc_inventory_contract::InventoryClient;

/// The id that the gateway and its configuration know this API by.
pub const API: ApiId = InventoryClient::API;

/// The API with its routes and contract, not yet behind its policies.
pub fn api(parts: Parts) -> Api {
    let deps = Deps::new(parts);
    Api::new(
        API,
        "Products, and how many of them can be promised.",
        routes::routes(deps),
    )
}
