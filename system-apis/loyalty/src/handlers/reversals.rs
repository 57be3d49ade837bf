//! Earned points taken back.

use super::query::ByCause;
use crate::port::LoyaltyBackend;
use crate::runs;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use sys_loyalty_contract::{Reverse, Reversed};

/// Take units' points back, pending or spendable.
#[utoipa::path(post, path = "/reversals", operation_id = "loyalty_reverse", tag = "points",
    request_body = Reverse,
    responses(
        (status = 200, description = "Done, once", body = Reversed),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn reverse(
    write: BackendWrite<dyn LoyaltyBackend>,
    Json(request): Json<Reverse>,
) -> Result<Json<Reversed>, Problem> {
    runs::check_ranges(&request.units)?;
    let backend = write.backend()?;
    let call = || backend.reverse(write.delivery(), &request);
    let probe = || backend.reversed(write.tenant(), &request.reference, &request.key);
    write.once(backend.abilities().moves, call, probe).await
}

/// Read the reversal of an order by its cause.
#[utoipa::path(get, path = "/reversals", operation_id = "loyalty_find_reversal", tag = "points",
    params(ByCause),
    responses(
        (status = 200, description = "As the engine has it", body = Reversed),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_reversal(
    read: BackendRead<dyn LoyaltyBackend>,
    Query(query): Query<ByCause>,
) -> Result<Json<Reversed>, Problem> {
    let backend = read.backend()?;
    let found = backend
        .reversed(read.tenant(), &query.reference, &query.key)
        .await?;
    or_not_found(found, format_args!("no reversal of {}", query.reference))
}
