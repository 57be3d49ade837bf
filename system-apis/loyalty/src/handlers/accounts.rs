//! What a member has, and how it came about.

#![expect(
    unused_qualifications,
    reason = "utoipa names the query's type with its whole path"
)]

use crate::App;
use axum::extract::State;
use crossdock_model::MemberId;
use crossdock_outbound::{InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use serde::Deserialize;
use std::sync::Arc;
use sys_loyalty_contract::{Ledger, LoyaltyAccount};
use utoipa::IntoParams;

/// Whose.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfMember {
    /// The member's number.
    #[param(value_type = String, min_length = 1, max_length = 64)]
    member: MemberId,
}

/// Read a member's account.
#[utoipa::path(get, path = "/accounts", operation_id = "loyalty_get_account", tag = "members",
    params(OfMember),
    responses(
        (status = 200, description = "The account", body = LoyaltyAccount),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn account(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<OfMember>,
) -> Result<Json<LoyaltyAccount>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    Ok(Json(backend.account(tenant, &query.member).await?))
}

/// Read a member's movements, newest first.
#[utoipa::path(get, path = "/ledgers", operation_id = "loyalty_get_ledger", tag = "members",
    params(OfMember),
    responses(
        (status = 200, description = "The movements", body = Ledger),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn ledger(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<OfMember>,
) -> Result<Json<Ledger>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    Ok(Json(backend.ledger(tenant, &query.member).await?))
}
