//! What a member has, and how it came about.

#![expect(
    unused_qualifications,
    reason = "utoipa names the query's type with its whole path"
)]

use crate::port::LoyaltyBackend;
use crossdock_model::MemberId;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::BackendRead;
use serde::Deserialize;
use sys_loyalty_contract::{Ledger, LoyaltyAccount};
use utoipa::IntoParams;

/// The query of everything that belongs to one member.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MemberQuery {
    /// The member's number, as the loyalty card shows it.
    #[param(value_type = String, min_length = 1, max_length = 64)]
    member: MemberId,
}

/// Read a member's account.
#[utoipa::path(get, path = "/accounts", operation_id = "loyalty_get_account", tag = "members",
    params(MemberQuery),
    responses(
        (status = 200, description = "The account", body = LoyaltyAccount),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn account(
    read: BackendRead<dyn LoyaltyBackend>,
    Query(query): Query<MemberQuery>,
) -> Result<Json<LoyaltyAccount>, Problem> {
    let backend = read.backend()?;
    Ok(Json(backend.account(read.tenant(), &query.member).await?))
}

/// Read a member's movements, newest first.
#[utoipa::path(get, path = "/ledgers", operation_id = "loyalty_get_ledger", tag = "members",
    params(MemberQuery),
    responses(
        (status = 200, description = "The movements", body = Ledger),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn ledger(
    read: BackendRead<dyn LoyaltyBackend>,
    Query(query): Query<MemberQuery>,
) -> Result<Json<Ledger>, Problem> {
    let backend = read.backend()?;
    Ok(Json(backend.ledger(read.tenant(), &query.member).await?))
}
