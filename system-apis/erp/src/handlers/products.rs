//! The item master and its prices.
#![expect(
    unused_qualifications,
    reason = "utoipa writes the query's type with its whole path"
)]

use crate::port::{ErpBackend, capability};
use crossdock_model::{Currency, Page, PageRequest, Sku};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::BackendRead;
use serde::Deserialize;
use sys_erp_contract::{FINANCE, Price, Product, ProductLookup, ProductsFound};
use utoipa::IntoParams;

/// The name of the one list, of which cursors are.
const LIST: &str = "products";

/// List the item master by SKU, with the list prices of now.
#[utoipa::path(
    get, path = "/products", operation_id = "erp_list_products", tag = "products",
    params(
        PageRequest,
    ),
    responses(
        (status = 200, description = "A page of items; `next` is there while more follow", body = Page<Product>),
        (status = 422, description = "The cursor is of another list"),
    ),
)]
pub(crate) async fn list_products(
    read: BackendRead<dyn ErpBackend>,
    Query(page): Query<PageRequest>,
) -> Result<Json<Page<Product>>, Problem> {
    let (_name, erp) = read.backend_for(&capability(FINANCE))?;
    // What the ERP goes on from is its own; the mark makes it one list's cursor.
    let own = PageRequest {
        cursor: page.after(LIST)?.map(str::to_owned),
        limit: page.limit,
    };
    let found = erp.products(read.context(), &own).await?;
    Ok(Json(found.marked(LIST)))
}

/// Look items up by SKU; unknown ones are reported, not refused.
#[utoipa::path(
    post, path = "/products/lookups", operation_id = "erp_look_up_products", tag = "products",
    request_body = ProductLookup,
    responses((status = 200, description = "The known and the unknown", body = ProductsFound)),
)]
pub(crate) async fn look_up_products(
    read: BackendRead<dyn ErpBackend>,
    Json(lookup): Json<ProductLookup>,
) -> Result<Json<ProductsFound>, Problem> {
    let (_name, erp) = read.backend_for(&capability(FINANCE))?;
    Ok(Json(erp.products_by(read.context(), &lookup).await?))
}

/// The query of a list price.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PriceQuery {
    /// The SKU of the item that is priced.
    sku: Sku,
    /// The currency of the price, by its ISO 4217 code.
    #[param(value_type = String, pattern = "^[A-Z]{3}$", example = "USD")]
    currency: Currency,
}

/// Read the list price of an item in a currency, valid now.
#[utoipa::path(
    get, path = "/prices", operation_id = "erp_get_price", tag = "products",
    params(
        PriceQuery,
    ),
    responses(
        (status = 200, description = "The price", body = Price),
        (status = 404, description = "The item has no price in that currency now"),
    ),
)]
pub(crate) async fn get_price(
    read: BackendRead<dyn ErpBackend>,
    Query(query): Query<PriceQuery>,
) -> Result<Json<Price>, Problem> {
    let (_name, erp) = read.backend_for(&capability(FINANCE))?;
    Ok(Json(
        erp.price(read.context(), &query.sku, query.currency)
            .await?,
    ))
}
