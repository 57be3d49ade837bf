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
    security(("bearer" = ["oms:write"])),
    responses(
        (status = 200, description = "The order with its fulfilment orders", body = OmsOrder),
        (status = 409, description = "Cancelled before, or the reference exists with other content", body = Problem),
        (status = 422, description = "Unknown SKU or location", body = Problem),
        (status = 502, description = "The OMS gave no definite answer", body = Problem),
        (status = 503, description = "The OMS cannot answer now", body = Problem)),
    extensions(
        ("x-domain" = json!("supply chain")), ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(500)),
        ("x-limit-class" = json!("default")), ("x-degrade" = json!("queued by the workflow until the OMS answers")),
        ("x-data-class" = json!("personal"))))]
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
    security(("bearer" = ["oms:read"])),
    responses(
        (status = 200, description = "The order with its fulfilment orders", body = OmsOrder),
        (status = 404, description = "The OMS has no such order", body = Problem),
        (status = 502, description = "The OMS gave no definite answer", body = Problem),
        (status = 503, description = "The OMS cannot answer now", body = Problem)),
    extensions(
        ("x-domain" = json!("supply chain")), ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(100)),
        ("x-limit-class" = json!("read")), ("x-degrade" = json!("the last known answer stays with the caller")),
        ("x-data-class" = json!("pseudonymous"))))]
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
    security(("bearer" = ["oms:read"])),
    responses(
        (status = 200, description = "Oldest first, the finished ones included", body = Vec<FulfilmentOrder>),
        (status = 404, description = "The OMS has no such order", body = Problem),
        (status = 502, description = "The OMS gave no definite answer", body = Problem),
        (status = 503, description = "The OMS cannot answer now", body = Problem)),
    extensions(
        ("x-domain" = json!("supply chain")), ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(100)),
        ("x-limit-class" = json!("read")), ("x-degrade" = json!("the last known answer stays with the caller")),
        ("x-data-class" = json!("pseudonymous"))))]
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
    security(("bearer" = ["oms:write"])),
    responses(
        (status = 200, description = "The stock that was given back", body = Cancelled),
        (status = 409, description = "Something of it is packed or has shipped", body = Problem),
        (status = 502, description = "The OMS gave no definite answer", body = Problem),
        (status = 503, description = "The OMS cannot answer now", body = Problem)),
    extensions(
        ("x-domain" = json!("supply chain")), ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(300)),
        ("x-limit-class" = json!("returns")), ("x-degrade" = json!("refused or repeated until the OMS answers")),
        ("x-data-class" = json!("pseudonymous"))))]
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
