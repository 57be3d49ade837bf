//! Receipts of returned goods.

use crate::Oms;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Path, Problem};
use crossdock_system::there;
use std::sync::Arc;
use sys_oms_contract::{Receipt, ReceiveReturn};

/// Book returned goods in.
///
/// At any location; only restocked goods can be sold again.
#[utoipa::path(post, path = "/receipts", operation_id = "oms_receive_return", tag = "receipts",
    request_body = ReceiveReturn,
    responses(
        (status = 200, description = "What was booked in, and under which condition", body = Receipt),
        (status = 409, description = "The reference exists with other content"),
        (status = 422, description = "Unknown SKU or location")))]
pub(crate) async fn receive_return(
    State(oms): State<Arc<Oms>>,
    delivery: AsDelivery,
    on: OnConnector,
    Json(body): Json<ReceiveReturn>,
) -> Result<Json<Receipt>, Problem> {
    let backend = oms.backend(&on, &delivery.context)?;
    let tenant = &delivery.context.caller.tenant;
    let call = || backend.receive(&delivery, &body);
    let probe = || backend.find_receipt(tenant, &body.reference);
    oms.once(&delivery, backend.abilities().receive, call, probe)
        .await
}

/// Read the receipt of a return.
#[utoipa::path(get, path = "/receipts/{reference}", operation_id = "oms_get_receipt", tag = "receipts",
    params(("reference" = String, Path, min_length = 1, max_length = 64)),
    responses(
        (status = 200, description = "The receipt", body = Receipt),
        (status = 404, description = "The OMS has none for that return")))]
pub(crate) async fn get_receipt(
    State(oms): State<Arc<Oms>>,
    context: InContext,
    on: OnConnector,
    Path(reference): Path<String>,
) -> Result<Json<Receipt>, Problem> {
    let backend = oms.backend(&on, &context)?;
    let found = backend
        .find_receipt(&context.caller.tenant, &reference)
        .await?;
    there(
        found,
        "the OMS has no receipt of that return: check the reference",
    )
}
