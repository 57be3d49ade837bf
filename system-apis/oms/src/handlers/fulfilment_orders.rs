//! Fulfilment orders: what people at a location do, and the word that lets a parcel go.

use super::by_state;
use crate::Oms;
use crate::port::Step;
use axum::extract::State;
use crossdock_model::Delivery;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Path, Problem};
use crossdock_system::there;
use std::sync::Arc;
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
    State(oms): State<Arc<Oms>>,
    delivery: AsDelivery,
    on: OnConnector,
    Json(body): Json<AuthoriseShipment>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    let backend = oms.backend(&on, &delivery.context)?;
    let call = || backend.authorise(&delivery, &body);
    oms.once(&delivery, backend.abilities().authorise, call, by_state)
        .await
}

/// Read a fulfilment order.
#[utoipa::path(get, path = "/fulfilment-orders/{number}", operation_id = "oms_get_fulfilment_order", tag = "fulfilment",
    params(("number" = String, Path, min_length = 1, max_length = 64, example = "FO-000123")),
    responses(
        (status = 200, description = "The fulfilment order as it stands", body = FulfilmentOrder),
        (status = 404, description = "The OMS has no such fulfilment order")))]
pub(crate) async fn get_fulfilment_order(
    State(oms): State<Arc<Oms>>,
    context: InContext,
    on: OnConnector,
    Path(number): Path<String>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    let backend = oms.backend(&on, &context)?;
    let found = backend
        .find_fulfilment(&context.caller.tenant, &number)
        .await?;
    there(
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
    State(oms): State<Arc<Oms>>,
    delivery: AsDelivery,
    on: OnConnector,
    Path(number): Path<String>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    work(&oms, &delivery, &on, &number, Step::Accept).await
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
    State(oms): State<Arc<Oms>>,
    delivery: AsDelivery,
    on: OnConnector,
    Path(number): Path<String>,
    Json(body): Json<Reject>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    work(&oms, &delivery, &on, &number, Step::Reject(body)).await
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
    State(oms): State<Arc<Oms>>,
    delivery: AsDelivery,
    on: OnConnector,
    Path(number): Path<String>,
    Json(body): Json<Pick>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    work(&oms, &delivery, &on, &number, Step::Pick(body)).await
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
    State(oms): State<Arc<Oms>>,
    delivery: AsDelivery,
    on: OnConnector,
    Path(number): Path<String>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    work(&oms, &delivery, &on, &number, Step::Pack).await
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
    State(oms): State<Arc<Oms>>,
    delivery: AsDelivery,
    on: OnConnector,
    Path(number): Path<String>,
    Json(body): Json<Ship>,
) -> Result<Json<FulfilmentOrder>, Problem> {
    work(&oms, &delivery, &on, &number, Step::Ship(body)).await
}

async fn work(
    oms: &Oms,
    delivery: &Delivery,
    on: &OnConnector,
    number: &str,
    step: Step,
) -> Result<Json<FulfilmentOrder>, Problem> {
    let backend = oms.backend(on, &delivery.context)?;
    let call = || backend.work(delivery, number, &step);
    oms.once(delivery, backend.abilities().work, call, by_state)
        .await
}
