//! Stock as the ERP values it.

use crate::Erp;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector};
use crossdock_problem::{Json, Problem};
use std::sync::Arc;
use sys_erp_contract::{STOCK, StockLookup, StockSnapshot};

/// Read quantities per SKU, location and condition, as of one moment.
#[utoipa::path(
    post, path = "/stock/lookups", operation_id = "erp_look_up_stock", tag = "stock",
    request_body = StockLookup,
    responses((status = 200, description = "The stock of that moment", body = StockSnapshot)),
)]
pub(crate) async fn look_up_stock(
    State(erp): State<Arc<Erp>>,
    context: InContext,
    pinned: OnConnector,
    Json(lookup): Json<StockLookup>,
) -> Result<Json<StockSnapshot>, Problem> {
    let on = erp.serving(&pinned, &context, STOCK)?;
    Ok(Json(on.backend.stock(&context, &lookup.skus).await?))
}
