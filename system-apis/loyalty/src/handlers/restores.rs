//! Burnt points given back.

use super::wanted::ByCause;
use crate::App;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use std::sync::Arc;
use sys_loyalty_contract::{Restore, Restored};

/// Give units' burnt points back to their lots.
#[utoipa::path(post, path = "/restores", operation_id = "loyalty_restore", tag = "points",
    request_body = Restore,
    responses(
        (status = 200, description = "Done, once", body = Restored),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn restore(
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Restore>,
) -> Result<Json<Restored>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.restore(&delivery, &request);
    let probe = || backend.restored(tenant, &request.reference, &request.key);
    app.once(&delivery, backend.abilities().moves, call, probe)
        .await
}

/// Read the restore of an order by its cause.
#[utoipa::path(get, path = "/restores", operation_id = "loyalty_find_restore", tag = "points",
    params(ByCause),
    responses(
        (status = 200, description = "As the engine has it", body = Restored),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_restore(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<ByCause>,
) -> Result<Json<Restored>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend
        .restored(tenant, &query.reference, &query.key)
        .await?;
    there(found, format_args!("no restore of {}", query.reference))
}
