//! The catalogue.

use crate::deps::Deps;
use axum::extract::State;
use crossdock_model::PageRequest;
use crossdock_outbound::InContext;
use crossdock_problem::{Json, Problem, Query};
use proc_inventory_contract::ProductPage;

/// List the products on sale with their list prices.
#[utoipa::path(
    get, path = "/products", operation_id = "ecommerce_list_products", tag = "products",
    security(("bearer" = ["products:read"])),
    params(PageRequest),
    responses(
        (status = 200, description = "Products by SKU", body = ProductPage),
        (status = 503, description = "The catalogue cannot be read now", body = Problem),
    ),
    extensions(
        ("x-domain" = json!("commerce")), ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(100)),
        ("x-limit-class" = json!("read")), ("x-degrade" = json!("last known catalogue")),
        ("x-data-class" = json!("public")),
    ),
)]
pub(crate) async fn list_products(
    State(deps): State<Deps>,
    context: InContext,
    Query(page): Query<PageRequest>,
) -> Result<Json<ProductPage>, Problem> {
    Ok(Json(deps.inventory.products(&context, &page).await?))
}
