//! Points held for an order, burnt or given back.

use super::wanted::ByOrder;
use crate::App;
use crate::port::standing;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use std::sync::Arc;
use sys_loyalty_contract::{Burnt, Confirm, Held, Hold, Release, Released};

/// Hold points for an order; the order is the natural key.
#[utoipa::path(post, path = "/holds", operation_id = "loyalty_hold", tag = "points",
    request_body = Hold,
    responses(
        (status = 200, description = "Done, once", body = Held),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn hold(
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Hold>,
) -> Result<Json<Held>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.hold(&delivery, &request);
    let probe = async || standing(backend.held(tenant, &request.reference).await?);
    app.once(&delivery, backend.abilities().moves, call, probe)
        .await
}

/// Read an order's hold.
#[utoipa::path(get, path = "/holds", operation_id = "loyalty_find_hold", tag = "points",
    params(ByOrder),
    responses(
        (status = 200, description = "As the engine has it", body = Held),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_hold(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<ByOrder>,
) -> Result<Json<Held>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend.held(tenant, &query.reference).await?;
    there(found, format_args!("no hold of {}", query.reference))
}

/// Turn held points into burnt ones.
#[utoipa::path(post, path = "/confirmations", operation_id = "loyalty_confirm", tag = "points",
    request_body = Confirm,
    responses(
        (status = 200, description = "Done, once", body = Burnt),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Confirm>,
) -> Result<Json<Burnt>, Problem> {
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.confirm(&delivery, &request);
    let probe = || async { backend.confirm(&delivery, &request).await.map(Some) };
    app.once(&delivery, backend.abilities().moves, call, probe)
        .await
}

/// Give held points back, now and whenever a late hold arrives.
#[utoipa::path(post, path = "/releases", operation_id = "loyalty_release", tag = "points",
    request_body = Release,
    responses(
        (status = 200, description = "Done, once", body = Released),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn release(
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Release>,
) -> Result<Json<Released>, Problem> {
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.release(&delivery, &request);
    let probe = || async { backend.release(&delivery, &request).await.map(Some) };
    app.once(&delivery, backend.abilities().release, call, probe)
        .await
}
