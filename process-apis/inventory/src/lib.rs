//! The inventory process API: what can be promised, as a projection with its age.

mod handlers;
mod recent;

use crate::recent::Recent;
use crossdock_model::{ApiId, Clock, Tier};
use crossdock_outbound::Directory;
use crossdock_runtime::Api;
use proc_inventory_contract::InventoryClient;
use std::sync::Arc;
use sys_erp_contract::ErpClient;
use sys_oms_contract::OmsClient;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

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
    pub(crate) recent: Arc<Recent>,
}

/// The API itself.
pub fn api(parts: Parts) -> Api {
    let deps = Deps {
        erp: ErpClient::new(&parts.directory, Tier::Process),
        oms: OmsClient::new(&parts.directory, Tier::Process),
        recent: Arc::new(Recent::new(parts.clock)),
    };
    let routes = OpenApiRouter::new()
        .routes(routes!(handlers::availability::list_availability))
        .routes(routes!(handlers::products::list_products))
        .with_state(deps);
    Api::new(
        API,
        "Products, and how many of them can be promised.",
        routes,
    )
}
