//! What the handlers share.

use crossdock_model::{ApiId, Tier};
use crossdock_outbound::Directory;
use proc_loyalty_contract::LoyaltyClient;
use proc_order_contract::OrderClient;
use proc_return_contract::ReturnClient;

/// Names this channel: its base path, its contract, its section of policies.
pub const API: ApiId = ApiId::experience("customer-service");

/// The clients of the process APIs that the handlers call.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) orders: OrderClient,
    pub(crate) returns: ReturnClient,
    pub(crate) loyalty: LoyaltyClient,
}

impl Deps {
    /// Clients along the routes of that directory.
    pub(crate) fn new(directory: &Directory) -> Self {
        Self {
            orders: OrderClient::new(directory, Tier::Experience),
            returns: ReturnClient::new(directory, Tier::Experience),
            loyalty: LoyaltyClient::new(directory, Tier::Experience),
        }
    }
}
