//! Goods that leave and come back, at cost.

use crate::port::Posting;
use crate::post_once::PostingRequest;
use crossdock_problem::{Json, Problem};
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
    request: PostingRequest,
    Json(issue): Json<GoodsIssue>,
) -> Result<Json<Posted>, Problem> {
    request.post_once(Posting::GoodsIssue(&issue)).await
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
    request: PostingRequest,
    Json(goods): Json<CustomerReturn>,
) -> Result<Json<Posted>, Problem> {
    request.return_once(&goods).await
}
