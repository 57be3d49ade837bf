//! The client of the inventory process API.

use crate::{AvailabilityPage, ProductPage};
use crossdock_model::{ApiId, Context, Fault, PageRequest, Sku, Tier};
use crossdock_outbound::{Directory, Route};

/// Calls the inventory process API, as its router or over HTTP.
#[derive(Debug, Clone)]
pub struct InventoryClient {
    route: Route,
}

impl InventoryClient {
    /// The id that its route is found by.
    pub const API: ApiId = ApiId::process("inventory");

    /// A client over that directory, for calls from that tier.
    pub fn new(directory: &Directory, from: Tier) -> Self {
        Self {
            route: directory.route(from, Self::API),
        }
    }

    /// Reads how many units of these SKUs can be promised.
    pub async fn availability(
        &self,
        context: &Context,
        skus: &[Sku],
    ) -> Result<AvailabilityPage, Fault> {
        let wanted = skus.iter().map(Sku::as_str).collect::<Vec<_>>().join(",");
        self.route
            .get(context, "/availability")
            .query(&[("skus", &wanted)])
            .send()
            .await
    }

    /// Lists the products that are sold, page by page.
    pub async fn products(
        &self,
        context: &Context,
        page: &PageRequest,
    ) -> Result<ProductPage, Fault> {
        let limit = page.limit.map(|limit| limit.to_string());
        let pairs: Vec<(&str, &str)> = [
            page.cursor.as_deref().map(|cursor| ("cursor", cursor)),
            limit.as_deref().map(|limit| ("limit", limit)),
        ]
        .into_iter()
        .flatten()
        .collect();
        self.route
            .get(context, "/products")
            .query(&pairs)
            .send()
            .await
    }
}
