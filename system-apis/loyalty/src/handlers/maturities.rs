//! Pending points made spendable.

use super::query::ByCause;
use crate::port::LoyaltyBackend;
use crate::runs;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use sys_loyalty_contract::{Mature, Matured};

/// Make units' pending points spendable.
#[utoipa::path(post, path = "/maturities", operation_id = "loyalty_mature", tag = "points",
    request_body = Mature,
    responses(
        (status = 200, description = "Done, once", body = Matured),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn mature(
    write: BackendWrite<dyn LoyaltyBackend>,
    Json(request): Json<Mature>,
) -> Result<Json<Matured>, Problem> {
    runs::check_ranges(&request.units)?;
    let backend = write.backend()?;
    let call = || backend.mature(write.delivery(), &request);
    let probe = || backend.matured(write.tenant(), &request.reference, &request.key);
    write.once(backend.abilities().moves, call, probe).await
}

/// Read the maturity of an order by its cause.
#[utoipa::path(get, path = "/maturities", operation_id = "loyalty_find_maturity", tag = "points",
    params(ByCause),
    responses(
        (status = 200, description = "As the engine has it", body = Matured),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_maturity(
    read: BackendRead<dyn LoyaltyBackend>,
    Query(query): Query<ByCause>,
) -> Result<Json<Matured>, Problem> {
    let backend = read.backend()?;
    let found = backend
        .matured(read.tenant(), &query.reference, &query.key)
        .await?;
    or_not_found(found, format_args!("no maturity of {}", query.reference))
}
