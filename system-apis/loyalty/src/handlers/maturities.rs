//! Pending points made spendable.

use super::wanted::ByCause;
use crate::App;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use std::sync::Arc;
use sys_loyalty_contract::{Mature, Matured};

/// Make units' pending points spendable.
#[utoipa::path(post, path = "/maturities", operation_id = "loyalty_mature", tag = "points",
    request_body = Mature,
    responses(
        (status = 200, description = "Done, once", body = Matured),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn mature(
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Mature>,
) -> Result<Json<Matured>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.mature(&delivery, &request);
    let probe = || backend.matured(tenant, &request.reference, &request.key);
    app.once(&delivery, backend.abilities().moves, call, probe)
        .await
}

/// Read the maturity of an order by its cause.
#[utoipa::path(get, path = "/maturities", operation_id = "loyalty_find_maturity", tag = "points",
    params(ByCause),
    responses(
        (status = 200, description = "As the engine has it", body = Matured),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_maturity(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<ByCause>,
) -> Result<Json<Matured>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend
        .matured(tenant, &query.reference, &query.key)
        .await?;
    there(found, format_args!("no maturity of {}", query.reference))
}
