//! Reservations: held before an order is placed, given back when it is not.

use super::by_state;
use crate::Oms;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Path, Problem};
use crossdock_system::there;
use std::sync::Arc;
use sys_oms_contract::{Release, Released, Reservation, Reserve};

/// Hold stock for an order.
///
/// The OMS chooses the locations. A second reserve with the same reference answers the first.
#[utoipa::path(post, path = "/reservations", operation_id = "oms_reserve", tag = "reservations",
    request_body = Reserve,
    responses(
        (status = 200, description = "What is held, by line and location", body = Reservation),
        (status = 409, description = "Out of stock, expired, undone before, or the reference exists with other content"),
        (status = 422, description = "Unknown SKU or location")))]
pub(crate) async fn reserve(
    State(oms): State<Arc<Oms>>,
    delivery: AsDelivery,
    on: OnConnector,
    Json(body): Json<Reserve>,
) -> Result<Json<Reservation>, Problem> {
    let backend = oms.backend(&on, &delivery.context)?;
    let tenant = &delivery.context.caller.tenant;
    let call = || backend.reserve(&delivery, &body);
    let probe = || backend.find_reservation(tenant, &body.reference);
    oms.once(&delivery, backend.abilities().reserve, call, probe)
        .await
}

/// Read an order's reservation.
#[utoipa::path(get, path = "/reservations/{reference}", operation_id = "oms_get_reservation", tag = "reservations",
    params(("reference" = String, Path, min_length = 1, max_length = 64)),
    responses(
        (status = 200, description = "The reservation, whatever became of it", body = Reservation),
        (status = 404, description = "The OMS has none for that order")))]
pub(crate) async fn get_reservation(
    State(oms): State<Arc<Oms>>,
    context: InContext,
    on: OnConnector,
    Path(reference): Path<String>,
) -> Result<Json<Reservation>, Problem> {
    let backend = oms.backend(&on, &context)?;
    let found = backend
        .find_reservation(&context.caller.tenant, &reference)
        .await?;
    there(
        found,
        "the OMS has no reservation of that order: check the reference",
    )
}

/// Give an order's reservation back.
///
/// Nothing to give back is success, and makes a reserve that comes late impossible.
#[utoipa::path(post, path = "/releases", operation_id = "oms_release", tag = "reservations",
    request_body = Release,
    responses((status = 200, description = "What was given back", body = Released)))]
pub(crate) async fn release(
    State(oms): State<Arc<Oms>>,
    delivery: AsDelivery,
    on: OnConnector,
    Json(body): Json<Release>,
) -> Result<Json<Released>, Problem> {
    let backend = oms.backend(&on, &delivery.context)?;
    let call = || backend.release(&delivery, &body);
    oms.once(&delivery, backend.abilities().release, call, by_state)
        .await
}
