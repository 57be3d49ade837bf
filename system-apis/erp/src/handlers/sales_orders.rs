//! Sales orders.

use crate::port::Posting;
use crate::post_once::PostingRequest;
use crossdock_problem::{Json, Problem};
use sys_erp_contract::{CancelSalesOrder, Posted, SalesOrder};

/// Record a sale; nothing is booked yet.
#[utoipa::path(
    post, path = "/sales-orders", operation_id = "erp_post_sales_order", tag = "sales orders",
    security(("bearer" = ["erp:write"])),
    request_body = SalesOrder,
    responses(
        (status = 200, description = "The one sales order of that reference", body = Posted),
        (status = 409, description = "The reference stands with other content", body = Problem),
        (status = 422, description = "Unknown item, wrong amounts or several currencies", body = Problem),
        (status = 502, description = "The outcome is not known: ask again with the same delivery", body = Problem),
        (status = 503, description = "The ERP cannot answer now; nothing was posted", body = Problem),
    ),
    extensions(
        ("x-domain" = json!("finance")), ("x-pattern" = json!("hybrid")), ("x-latency-ms" = json!(300)),
        ("x-limit-class" = json!("posting")), ("x-degrade" = json!("posted by its workflow once the ERP is back")),
        ("x-data-class" = json!("pseudonymous")),
    ),
)]
pub(crate) async fn post_sales_order(
    request: PostingRequest,
    Json(order): Json<SalesOrder>,
) -> Result<Json<Posted>, Problem> {
    request.post_once(Posting::SalesOrder(&order)).await
}

/// Cancel the sales order of that reference.
#[utoipa::path(
    post, path = "/sales-orders/cancellations", operation_id = "erp_cancel_sales_order", tag = "sales orders",
    security(("bearer" = ["erp:write"])),
    request_body = CancelSalesOrder,
    responses(
        (status = 200, description = "The sales order is cancelled", body = Posted),
        (status = 404, description = "No sales order was posted under that reference", body = Problem),
        (status = 409, description = "The ERP refuses the cancellation", body = Problem),
        (status = 422, description = "The request breaks its schema", body = Problem),
        (status = 502, description = "The outcome is not known: ask again with the same delivery", body = Problem),
        (status = 503, description = "The ERP cannot answer now; nothing was posted", body = Problem),
    ),
    extensions(
        ("x-domain" = json!("finance")), ("x-pattern" = json!("hybrid")), ("x-latency-ms" = json!(300)),
        ("x-limit-class" = json!("posting")), ("x-degrade" = json!("posted by its workflow once the ERP is back")),
        ("x-data-class" = json!("internal")),
    ),
)]
pub(crate) async fn cancel_sales_order(
    request: PostingRequest,
    Json(cancel): Json<CancelSalesOrder>,
) -> Result<Json<Posted>, Problem> {
    request.cancel_once(&cancel).await
}
