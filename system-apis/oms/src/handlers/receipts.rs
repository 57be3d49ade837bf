//! Receipts of returned goods.

use crate::port::OmsBackend;
use crossdock_problem::{Json, Path, Problem};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
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
    write: BackendWrite<dyn OmsBackend>,
    Json(body): Json<ReceiveReturn>,
) -> Result<Json<Receipt>, Problem> {
    let backend = write.backend()?;
    let call = || backend.receive(write.delivery(), &body);
    let probe = || backend.find_receipt(write.tenant(), &body.reference);
    write.once(backend.abilities().receive, call, probe).await
}

/// Read the receipt of a return.
#[utoipa::path(get, path = "/receipts/{reference}", operation_id = "oms_get_receipt", tag = "receipts",
    params(("reference" = String, Path, min_length = 1, max_length = 64)),
    responses(
        (status = 200, description = "The receipt", body = Receipt),
        (status = 404, description = "The OMS has none for that return")))]
pub(crate) async fn get_receipt(
    read: BackendRead<dyn OmsBackend>,
    Path(reference): Path<String>,
) -> Result<Json<Receipt>, Problem> {
    let backend = read.backend()?;
    let found = backend.find_receipt(read.tenant(), &reference).await?;
    or_not_found(
        found,
        "the OMS has no receipt of that return: check the reference",
    )
}
