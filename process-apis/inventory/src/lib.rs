//! The inventory process API: what can be promised, as a projection with its age.

mod handlers;
mod routes;

use crossdock_desk::Recent;
use crossdock_model::{ApiId, Clock, Sku, Tenant, Tier};
use crossdock_outbound::Directory;
use crossdock_runtime::Api;
use proc_inventory_contract::{Availability, InventoryClient};
use std::sync::Arc;
use std::time::Duration;
use sys_erp_contract::ErpClient;
use sys_oms_contract::OmsClient;

/// How old a figure may be: a tenth of what the design gives stock to reach a channel.
const AGE: Duration = Duration::from_secs(1);
/// The most SKUs that are remembered.
const MOST: usize = 100_000;

/// The API's id.
pub const API: ApiId = InventoryClient::API;

/// What the API stands on.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The ways to the system APIs.
    pub directory: Directory,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// What handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) erp: ErpClient,
    pub(crate) oms: OmsClient,
    /// The projection: what the OMS said about a SKU lately.
    pub(crate) recent: Arc<Recent<(Tenant, Sku), Availability>>,
}

/// The API itself.
pub fn api(parts: Parts) -> Api {
    let deps = Deps {
        erp: ErpClient::new(&parts.directory, Tier::Process),
        oms: OmsClient::new(&parts.directory, Tier::Process),
        recent: Arc::new(Recent::new(parts.clock, AGE, MOST)),
    };
    Api::new(
        API,
        "Products, and how many of them can be promised.",
        routes::routes(deps),
    )
}
