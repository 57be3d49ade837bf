//! Line cancellations: units of an order that are given up before they are packed.

use crate::port::OmsBackend;
use crossdock_problem::{Json, Path, Problem};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use sys_oms_contract::{CancelLines, CancelledLines};

/// Cancel units of an order.
///
/// All that are named, or none: refused where more is asked of a line than is not packed yet.
/// What nobody has is given up first.
#[utoipa::path(post, path = "/line-cancellations", operation_id = "oms_cancel_lines", tag = "orders",
    request_body = CancelLines,
    responses(
        (status = 200, description = "The units that were given up, and the stock that was given back", body = CancelledLines),
        (status = 404, description = "The OMS has no such order"),
        (status = 409, description = "Too much of a line is packed or gone, or the reference exists with other content"),
        (status = 422, description = "The order has no such line, or a line is named twice")))]
pub(crate) async fn cancel_lines(
    write: BackendWrite<dyn OmsBackend>,
    Json(body): Json<CancelLines>,
) -> Result<Json<CancelledLines>, Problem> {
    let backend = write.backend()?;
    let call = || backend.cancel_lines(write.delivery(), &body);
    let probe = || backend.find_line_cancellation(write.tenant(), &body.reference);
    write
        .once(backend.abilities().cancel_lines, call, probe)
        .await
}

/// Read a line cancellation.
#[utoipa::path(get, path = "/line-cancellations/{reference}", operation_id = "oms_get_line_cancellation", tag = "orders",
    params(("reference" = String, Path, min_length = 1, max_length = 64)),
    responses(
        (status = 200, description = "The units that were given up, and the stock that was given back", body = CancelledLines),
        (status = 404, description = "The OMS has no such line cancellation")))]
pub(crate) async fn get_line_cancellation(
    read: BackendRead<dyn OmsBackend>,
    Path(reference): Path<String>,
) -> Result<Json<CancelledLines>, Problem> {
    let backend = read.backend()?;
    let found = backend
        .find_line_cancellation(read.tenant(), &reference)
        .await?;
    or_not_found(
        found,
        "the OMS has no such line cancellation: check the reference",
    )
}
