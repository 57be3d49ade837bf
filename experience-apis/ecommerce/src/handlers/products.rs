//! The catalogue.

use crate::deps::Deps;
use axum::extract::State;
use crossdock_model::PageRequest;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Problem, Query};
use proc_inventory_contract::ProductPage;

/// List the products on sale with their list prices.
#[utoipa::path(
    get, path = "/products", operation_id = "ecommerce_list_products", tag = "products",
    params(PageRequest),
    responses((status = 200, description = "Products by SKU", body = ProductPage)),
)]
pub(crate) async fn list_products(
    State(deps): State<Deps>,
    context: CallContext,
    Query(page): Query<PageRequest>,
) -> Result<Json<ProductPage>, Problem> {
    Ok(Json(deps.inventory.products(&context, &page).await?))
}
