//! Points earned, pending until their money has settled.

use super::wanted::ByOrder;
use crate::App;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use std::sync::Arc;
use sys_loyalty_contract::{Accrual, Accrue};

/// Book the points that an order earns, unit by unit.
#[utoipa::path(post, path = "/accruals", operation_id = "loyalty_accrue", tag = "points",
    request_body = Accrue,
    responses(
        (status = 200, description = "Done, once", body = Accrual),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn accrue(
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Accrue>,
) -> Result<Json<Accrual>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.accrue(&delivery, &request);
    let probe = || backend.accrued(tenant, &request.reference);
    app.once(&delivery, backend.abilities().moves, call, probe)
        .await
}

/// Read an order's accrual.
#[utoipa::path(get, path = "/accruals", operation_id = "loyalty_find_accrual", tag = "points",
    params(ByOrder),
    responses(
        (status = 200, description = "As the engine has it", body = Accrual),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_accrual(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<ByOrder>,
) -> Result<Json<Accrual>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend.accrued(tenant, &query.reference).await?;
    there(found, format_args!("no accrual of {}", query.reference))
}
