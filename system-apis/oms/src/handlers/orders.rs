//! Orders at the OMS, from placement to cancellation.

use super::no_look_up;
use crate::port::OmsBackend;
use crossdock_problem::{Json, Path, Problem};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use sys_oms_contract::{CancelOrder, Cancelled, CreateOrder, FulfilmentOrder, OmsOrder};

/// Hand a placed order to fulfilment.
///
/// It takes over the order's reservation; what nobody has is accepted and backordered.
#[utoipa::path(post, path = "/orders", operation_id = "oms_create_order", tag = "orders",
    request_body = CreateOrder,
    responses(
        (status = 200, description = "The order with its fulfilment orders", body = OmsOrder),
        (status = 409, description = "Cancelled before, or the reference exists with other content"),
        (status = 422, description = "Unknown SKU or location")))]
pub(crate) async fn create_order(
    write: BackendWrite<dyn OmsBackend>,
    Json(body): Json<CreateOrder>,
) -> Result<Json<OmsOrder>, Problem> {
    let backend = write.backend()?;
    let call = || backend.create_order(write.delivery(), &body);
    let probe = || backend.find_order(write.tenant(), &body.reference);
    write
        .once(backend.abilities().create_order, call, probe)
        .await
}

/// Read an order.
#[utoipa::path(get, path = "/orders/{reference}", operation_id = "oms_get_order", tag = "orders",
    params(("reference" = String, Path, min_length = 1, max_length = 64)),
    responses(
        (status = 200, description = "The order with its fulfilment orders", body = OmsOrder),
        (status = 404, description = "The OMS has no such order")))]
pub(crate) async fn get_order(
    read: BackendRead<dyn OmsBackend>,
    Path(reference): Path<String>,
) -> Result<Json<OmsOrder>, Problem> {
    let backend = read.backend()?;
    let found = backend.find_order(read.tenant(), &reference).await?;
    or_not_found(found, "the OMS has no such order: check the reference")
}

/// Read the fulfilment orders of an order.
#[utoipa::path(get, path = "/orders/{reference}/fulfilment-orders", operation_id = "oms_get_fulfilment_orders", tag = "orders",
    params(("reference" = String, Path, min_length = 1, max_length = 64)),
    responses(
        (status = 200, description = "Oldest first, the finished ones included", body = Vec<FulfilmentOrder>),
        (status = 404, description = "The OMS has no such order")))]
pub(crate) async fn get_fulfilment_orders(
    read: BackendRead<dyn OmsBackend>,
    Path(reference): Path<String>,
) -> Result<Json<Vec<FulfilmentOrder>>, Problem> {
    let backend = read.backend()?;
    let found = backend.find_order(read.tenant(), &reference).await?;
    or_not_found(
        found.map(|order| order.fulfilment_orders),
        "the OMS has no such order: check the reference",
    )
}

/// Cancel an order.
///
/// Refused once something of it is packed. Cancelling what does not exist is success, and makes a
/// create that comes late impossible.
#[utoipa::path(post, path = "/cancellations", operation_id = "oms_cancel_order", tag = "orders",
    request_body = CancelOrder,
    responses(
        (status = 200, description = "The stock that was given back", body = Cancelled),
        (status = 409, description = "Something of it is packed or has shipped")))]
pub(crate) async fn cancel_order(
    write: BackendWrite<dyn OmsBackend>,
    Json(body): Json<CancelOrder>,
) -> Result<Json<Cancelled>, Problem> {
    let backend = write.backend()?;
    let call = || backend.cancel_order(write.delivery(), &body);
    write
        .once(backend.abilities().cancel_order, call, no_look_up)
        .await
}
