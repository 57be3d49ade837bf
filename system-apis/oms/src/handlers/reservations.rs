//! Reservations: held before an order is placed, given back when it is not.

use super::no_look_up;
use crate::port::OmsBackend;
use crossdock_problem::{Json, Path, Problem};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use sys_oms_contract::{ExtendReservation, Release, Released, Reservation, Reserve};

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
    write: BackendWrite<dyn OmsBackend>,
    Json(body): Json<Reserve>,
) -> Result<Json<Reservation>, Problem> {
    let backend = write.backend()?;
    let call = || backend.reserve(write.delivery(), &body);
    let probe = || backend.find_reservation(write.tenant(), &body.reference);
    write.once(backend.abilities().reserve, call, probe).await
}

/// Hold an order's stock for longer.
///
/// What has lapsed is taken again, if all of it is still there.
#[utoipa::path(post, path = "/reservations/extensions", operation_id = "oms_extend_reservation", tag = "reservations",
    request_body = ExtendReservation,
    responses(
        (status = 200, description = "What is held, and until when", body = Reservation),
        (status = 404, description = "The OMS has no reservation of that order"),
        (status = 409, description = "It had lapsed and is out of stock now, or it was undone before")))]
pub(crate) async fn extend_reservation(
    write: BackendWrite<dyn OmsBackend>,
    Json(body): Json<ExtendReservation>,
) -> Result<Json<Reservation>, Problem> {
    let backend = write.backend()?;
    let call = || backend.extend(write.delivery(), &body);
    write
        .once(backend.abilities().extend, call, no_look_up)
        .await
}

/// Read an order's reservation.
#[utoipa::path(get, path = "/reservations/{reference}", operation_id = "oms_get_reservation", tag = "reservations",
    params(("reference" = String, Path, min_length = 1, max_length = 64)),
    responses(
        (status = 200, description = "The reservation, whatever became of it", body = Reservation),
        (status = 404, description = "The OMS has none for that order")))]
pub(crate) async fn get_reservation(
    read: BackendRead<dyn OmsBackend>,
    Path(reference): Path<String>,
) -> Result<Json<Reservation>, Problem> {
    let backend = read.backend()?;
    let found = backend.find_reservation(read.tenant(), &reference).await?;
    or_not_found(
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
    write: BackendWrite<dyn OmsBackend>,
    Json(body): Json<Release>,
) -> Result<Json<Released>, Problem> {
    let backend = write.backend()?;
    let call = || backend.release(write.delivery(), &body);
    write
        .once(backend.abilities().release, call, no_look_up)
        .await
}
