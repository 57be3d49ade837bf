//! The shop's API: catalogue, quotes, orders, returns and points, as one customer sees them.
//!
//! Who the customer is comes from the token, never from a body; what belongs to somebody else is not
//! there. Every handler makes one journey into the process tier and maps its answer (`view.rs`).

mod handlers;
mod routes;
mod shopper;
#[cfg(test)]
mod testing;
mod view;

use crossdock_model::{ApiId, Tier};
use crossdock_outbound::Directory;
use crossdock_runtime::Api;
use proc_inventory_contract::InventoryClient;
use proc_loyalty_contract::LoyaltyClient;
use proc_order_contract::OrderClient;
use proc_return_contract::ReturnClient;

/// The API's id.
pub const API: ApiId = ApiId::experience("ecommerce");

/// What handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) orders: OrderClient,
    pub(crate) returns: ReturnClient,
    pub(crate) loyalty: LoyaltyClient,
    pub(crate) inventory: InventoryClient,
}

/// The API over the process APIs that the directory leads to.
pub fn api(directory: &Directory) -> Api {
    let deps = Deps {
        orders: OrderClient::new(directory, Tier::Experience),
        returns: ReturnClient::new(directory, Tier::Experience),
        loyalty: LoyaltyClient::new(directory, Tier::Experience),
        inventory: InventoryClient::new(directory, Tier::Experience),
    };
    Api::new(
        API,
        "The shop: catalogue, quotes, orders, returns and points of one customer.",
        routes::routes(deps),
    )
}
