//! The till's API: any order of the tenant, found by what the customer has at hand, returned here.
//!
//! The store is the clerk's, from the token, never from a body; whoever is no clerk sees no orders.

mod clerk;
mod handlers;
mod routes;
#[cfg(test)]
mod testing;
mod view;

use crossdock_model::{ApiId, Tier};
use crossdock_outbound::Directory;
use crossdock_runtime::Api;
use proc_inventory_contract::InventoryClient;
use proc_order_contract::OrderClient;
use proc_return_contract::ReturnClient;

/// The API's id.
pub const API: ApiId = ApiId::experience("pos");

/// What handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) orders: OrderClient,
    pub(crate) returns: ReturnClient,
    pub(crate) inventory: InventoryClient,
}

/// The API over the process APIs that the directory leads to.
pub fn api(directory: &Directory) -> Api {
    let deps = Deps {
        orders: OrderClient::new(directory, Tier::Experience),
        returns: ReturnClient::new(directory, Tier::Experience),
        inventory: InventoryClient::new(directory, Tier::Experience),
    };
    Api::new(
        API,
        "The till: find any order of the tenant, evaluate and take returns, see stock.",
        routes::routes(deps),
    )
}
