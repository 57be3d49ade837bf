//! Sales orders.

use crate::port::Posting;
use crate::post_once::PostingRequest;
use crossdock_problem::{Json, Problem};
use sys_erp_contract::{AmendSalesOrder, CancelSalesOrder, Posted, SalesOrder};

/// Record a sale; nothing is booked yet.
#[utoipa::path(
    post, path = "/sales-orders", operation_id = "erp_post_sales_order", tag = "sales orders",
    request_body = SalesOrder,
    responses(
        (status = 200, description = "The one sales order of that reference", body = Posted),
        (status = 409, description = "The reference stands with other content"),
        (status = 422, description = "Unknown item, wrong amounts or several currencies"),
        (status = 503, description = "The ERP cannot answer now; nothing was posted"),
    ),
)]
pub(crate) async fn post_sales_order(
    request: PostingRequest,
    Json(order): Json<SalesOrder>,
) -> Result<Json<Posted>, Problem> {
    request.post_once(Posting::SalesOrder(&order)).await
}

/// Take units off a sales order that will not be delivered; nothing is booked.
#[utoipa::path(
    post, path = "/sales-orders/amendments", operation_id = "erp_amend_sales_order", tag = "sales orders",
    request_body = AmendSalesOrder,
    responses(
        (status = 200, description = "The one amendment of that reference", body = Posted),
        (status = 409, description = "The reference stands with other content"),
        (status = 422, description = "No sales order stands or too little is left of it, unknown item, or several currencies"),
        (status = 503, description = "The ERP cannot answer now; nothing was posted"),
    ),
)]
pub(crate) async fn amend_sales_order(
    request: PostingRequest,
    Json(amendment): Json<AmendSalesOrder>,
) -> Result<Json<Posted>, Problem> {
    request
        .post_once(Posting::SalesOrderAmendment(&amendment))
        .await
}

/// Cancel the sales order of that reference.
#[utoipa::path(
    post, path = "/sales-orders/cancellations", operation_id = "erp_cancel_sales_order", tag = "sales orders",
    request_body = CancelSalesOrder,
    responses(
        (status = 200, description = "The sales order is cancelled", body = Posted),
        (status = 404, description = "No sales order was posted under that reference"),
        (status = 409, description = "The ERP refuses the cancellation"),
        (status = 503, description = "The ERP cannot answer now; nothing was posted"),
    ),
)]
pub(crate) async fn cancel_sales_order(
    request: PostingRequest,
    Json(cancel): Json<CancelSalesOrder>,
) -> Result<Json<Posted>, Problem> {
    request.cancel_once(&cancel).await
}
