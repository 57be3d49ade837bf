//! The products that are sold.

use crate::deps::Deps;
use axum::extract::State;
use crossdock_model::PageRequest;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Problem, Query};
use proc_inventory_contract::{Product, ProductPage};

/// List the products that are sold, with their list prices.
#[utoipa::path(
    get, path = "/products", operation_id = "inventory_products", tag = "products",
    params(PageRequest),
    responses((status = 200, description = "A page of products", body = ProductPage)),
)]
pub(crate) async fn list_products(
    State(deps): State<Deps>,
    context: CallContext,
    Query(page): Query<PageRequest>,
) -> Result<Json<ProductPage>, Problem> {
    let found = deps.erp.products(&context, &page).await?;
    let items = found.items.into_iter().map(|product| Product {
        sku: product.sku,
        name: product.name,
        price: product.list_price,
        tax_category: product.tax_category,
    });
    Ok(Json(ProductPage {
        items: items.collect(),
        next: found.next,
    }))
}
