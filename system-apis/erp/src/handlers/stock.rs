//! Stock as the ERP values it.

use crate::port::{ErpBackend, capability};
use crossdock_problem::{Json, Problem};
use crossdock_system::BackendRead;
use sys_erp_contract::{STOCK, StockLookup, StockSnapshot};

/// Read quantities per SKU, location and condition, as of one moment.
#[utoipa::path(
    post, path = "/stock/lookups", operation_id = "erp_look_up_stock", tag = "stock",
    request_body = StockLookup,
    responses((status = 200, description = "The stock of that moment", body = StockSnapshot)),
)]
pub(crate) async fn look_up_stock(
    read: BackendRead<dyn ErpBackend>,
    Json(lookup): Json<StockLookup>,
) -> Result<Json<StockSnapshot>, Problem> {
    let (_name, erp) = read.backend_for(&capability(STOCK))?;
    Ok(Json(erp.stock(read.context(), &lookup.skus).await?))
}
