//! Fulfilment orders: the work of people at a location, up to the authorised shipment.

use super::no_look_up;
use crate::port::{OmsBackend, Step};
use crossdock_problem::{Json, Path, Problem};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use sys_oms_contract::{AuthoriseShipment, FulfilmentOrder, Pick, Reject, Ship};

/// Let a packed fulfilment order ship.
///
/// Called once its money is captured, where the OMS has a ship gate.
#[utoipa::path(post, path = "/shipment-authorisations", operation_id = "oms_authorise_shipment", tag = "fulfilment",
    request_body = AuthoriseShipment,
    responses(
        (status = 200, description = "It may ship", body = FulfilmentOrder),
        (status = 404, description = "The OMS has no such fulfilment order"),
        (status = 409, description = "It is not packed")))]
pub(crate) async fn authorise_shipment(
    write: BackendWrite<dyn OmsBackend>,
    Json(body): Json<AuthoriseShipment>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    let backend = write.backend()?;
    let call = || backend.authorise(write.delivery(), &body);
    write
        .once(backend.abilities().authorise, call, no_look_up)
        .await
}

/// Read a fulfilment order.
#[utoipa::path(get, path = "/fulfilment-orders/{number}", operation_id = "oms_get_fulfilment_order", tag = "fulfilment",
    params(("number" = String, Path, min_length = 1, max_length = 64, example = "FO-000123")),
    responses(
        (status = 200, description = "The fulfilment order as it stands", body = FulfilmentOrder),
        (status = 404, description = "The OMS has no such fulfilment order")))]
pub(crate) async fn get_fulfilment_order(
    read: BackendRead<dyn OmsBackend>,
    Path(number): Path<String>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    let backend = read.backend()?;
    let found = backend.find_fulfilment(read.tenant(), &number).await?;
    or_not_found(
        found,
        "the OMS has no such fulfilment order: check the reference",
    )
}

/// The location takes a fulfilment order on.
///
/// Taking it on again changes nothing.
#[utoipa::path(post, path = "/fulfilment-orders/{number}/accept", operation_id = "oms_accept_fulfilment_order", tag = "fulfilment",
    params(("number" = String, Path, min_length = 1, max_length = 64, example = "FO-000123")),
    responses(
        (status = 200, description = "It is accepted", body = FulfilmentOrder),
        (status = 404, description = "The OMS has no such fulfilment order"),
        (status = 409, description = "Not possible in its state")))]
pub(crate) async fn accept(
    write: BackendWrite<dyn OmsBackend>,
    Path(number): Path<String>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    take_step(&write, &number, Step::Accept).await
}

/// The location will not fulfil it.
///
/// The OMS sources its units elsewhere, or backorders them.
#[utoipa::path(post, path = "/fulfilment-orders/{number}/reject", operation_id = "oms_reject_fulfilment_order", tag = "fulfilment",
    params(("number" = String, Path, min_length = 1, max_length = 64, example = "FO-000123")),
    request_body = Reject,
    responses(
        (status = 200, description = "It is rejected", body = FulfilmentOrder),
        (status = 404, description = "The OMS has no such fulfilment order"),
        (status = 409, description = "Not possible in its state")))]
pub(crate) async fn reject(
    write: BackendWrite<dyn OmsBackend>,
    Path(number): Path<String>,
    Json(body): Json<Reject>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    take_step(&write, &number, Step::Reject(body)).await
}

/// Take its units off the shelf.
///
/// Fewer than asked is a short pick: the OMS sources the rest elsewhere, or backorders it.
#[utoipa::path(post, path = "/fulfilment-orders/{number}/pick", operation_id = "oms_pick_fulfilment_order", tag = "fulfilment",
    params(("number" = String, Path, min_length = 1, max_length = 64, example = "FO-000123")),
    request_body = Pick,
    responses(
        (status = 200, description = "It is picked, or nothing of it was found", body = FulfilmentOrder),
        (status = 404, description = "The OMS has no such fulfilment order"),
        (status = 409, description = "Not possible in its state")))]
pub(crate) async fn pick(
    write: BackendWrite<dyn OmsBackend>,
    Path(number): Path<String>,
    Json(body): Json<Pick>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    take_step(&write, &number, Step::Pick(body)).await
}

/// Put it into its parcel.
///
/// From here on the order cannot be cancelled.
#[utoipa::path(post, path = "/fulfilment-orders/{number}/pack", operation_id = "oms_pack_fulfilment_order", tag = "fulfilment",
    params(("number" = String, Path, min_length = 1, max_length = 64, example = "FO-000123")),
    responses(
        (status = 200, description = "It is packed", body = FulfilmentOrder),
        (status = 404, description = "The OMS has no such fulfilment order"),
        (status = 409, description = "Not possible in its state")))]
pub(crate) async fn pack(
    write: BackendWrite<dyn OmsBackend>,
    Path(number): Path<String>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    take_step(&write, &number, Step::Pack).await
}

/// Hand it over to the carrier.
///
/// Where the OMS has a ship gate, only once it is authorised.
#[utoipa::path(post, path = "/fulfilment-orders/{number}/ship", operation_id = "oms_ship_fulfilment_order", tag = "fulfilment",
    params(("number" = String, Path, min_length = 1, max_length = 64, example = "FO-000123")),
    request_body = Ship,
    responses(
        (status = 200, description = "It has shipped", body = FulfilmentOrder),
        (status = 404, description = "The OMS has no such fulfilment order"),
        (status = 409, description = "Not possible in its state")))]
pub(crate) async fn ship(
    write: BackendWrite<dyn OmsBackend>,
    Path(number): Path<String>,
    Json(body): Json<Ship>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    take_step(&write, &number, Step::Ship(body)).await
}

async fn take_step(
    write: &BackendWrite<dyn OmsBackend>,
    number: &str,
    step: Step,
) -> Result<Json<FulfilmentOrder>, Problem> {
    let backend = write.backend()?;
    let call = || backend.work(write.delivery(), number, &step);
    write.once(backend.abilities().work, call, no_look_up).await
}
