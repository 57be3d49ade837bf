//! Earned points taken back.

use super::wanted::ByCause;
use crate::App;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use std::sync::Arc;
use sys_loyalty_contract::{Reverse, Reversed};

/// Take units' points back, pending or spendable.
#[utoipa::path(post, path = "/reversals", operation_id = "loyalty_reverse", tag = "points",
    request_body = Reverse,
    responses(
        (status = 200, description = "Done, once", body = Reversed),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn reverse(
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Reverse>,
) -> Result<Json<Reversed>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.reverse(&delivery, &request);
    let probe = || backend.reversed(tenant, &request.reference, &request.key);
    app.once(&delivery, backend.abilities().moves, call, probe)
        .await
}

/// Read the reversal of an order by its cause.
#[utoipa::path(get, path = "/reversals", operation_id = "loyalty_find_reversal", tag = "points",
    params(ByCause),
    responses(
        (status = 200, description = "As the engine has it", body = Reversed),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_reversal(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<ByCause>,
) -> Result<Json<Reversed>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend
        .reversed(tenant, &query.reference, &query.key)
        .await?;
    there(found, format_args!("no reversal of {}", query.reference))
}
