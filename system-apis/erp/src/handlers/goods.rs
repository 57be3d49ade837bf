//! Goods that leave and come back, at cost.

use crate::Erp;
use crate::port::Posting;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, OnConnector};
use crossdock_problem::{Json, Problem};
use std::sync::Arc;
use sys_erp_contract::{CustomerReturn, GoodsIssue, Posted};

/// Take shipped goods out of stock; the ERP books their cost itself.
#[utoipa::path(
    post, path = "/goods-issues", operation_id = "erp_post_goods_issue", tag = "goods",
    request_body = GoodsIssue,
    responses(
        (status = 200, description = "The one goods issue of that reference", body = Posted),
        (status = 409, description = "The period is closed, or the reference stands with other content"),
        (status = 422, description = "Unknown item or location, or more than there is"),
        (status = 503, description = "The ERP cannot answer now; nothing was posted"),
    ),
)]
pub(crate) async fn post_goods_issue(
    State(erp): State<Arc<Erp>>,
    delivery: AsDelivery,
    pinned: OnConnector,
    Json(issue): Json<GoodsIssue>,
) -> Result<Json<Posted>, Problem> {
    erp.post_once(&pinned, &delivery, Posting::GoodsIssue(&issue))
        .await
        .map(Json)
}

/// Take returned goods into stock by their disposition, with the credit memo where it has a journal.
#[utoipa::path(
    post, path = "/customer-returns", operation_id = "erp_post_customer_return", tag = "goods",
    request_body = CustomerReturn,
    responses(
        (status = 200, description = "The one credit memo of that reference, or the goods receipt where no journal was given", body = Posted),
        (status = 409, description = "The period is closed, or the reference stands with other content"),
        (status = 422, description = "Unknown item or location, or a journal that does not balance"),
        (status = 503, description = "The ERP cannot answer now; nothing was posted"),
    ),
)]
pub(crate) async fn post_customer_return(
    State(erp): State<Arc<Erp>>,
    delivery: AsDelivery,
    pinned: OnConnector,
    Json(goods): Json<CustomerReturn>,
) -> Result<Json<Posted>, Problem> {
    erp.return_once(&pinned, &delivery, &goods).await.map(Json)
}
