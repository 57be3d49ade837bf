//! The customer service desk's API: find an order by anything, see everything that happened to it, help.
//!
//! An agent sees the whole tenant; whoever is no agent sees nothing here.

mod agent;
mod handlers;
mod routes;
#[cfg(test)]
mod testing;
mod view;

use crossdock_model::{ApiId, Tier};
use crossdock_outbound::Directory;
use crossdock_runtime::Api;
use proc_loyalty_contract::LoyaltyClient;
use proc_order_contract::OrderClient;
use proc_return_contract::ReturnClient;

/// The API's id.
pub const API: ApiId = ApiId::experience("customer-service");

/// What handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) orders: OrderClient,
    pub(crate) returns: ReturnClient,
    pub(crate) loyalty: LoyaltyClient,
}

/// The API over the process APIs that the directory leads to.
pub fn api(directory: &Directory) -> Api {
    let deps = Deps {
        orders: OrderClient::new(directory, Tier::Experience),
        returns: ReturnClient::new(directory, Tier::Experience),
        loyalty: LoyaltyClient::new(directory, Tier::Experience),
    };
    Api::new(
        API,
        "Customer service: search, a customer's overview, an order's timeline, cancellations.",
        routes::routes(deps),
    )
}
