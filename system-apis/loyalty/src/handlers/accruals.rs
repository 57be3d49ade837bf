//! Points earned, pending until their money has settled.

use super::query::ByOrder;
use crate::port::LoyaltyBackend;
use crate::runs;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use sys_loyalty_contract::{Accrual, Accrue};

/// Book the points that an order earns, run by run.
#[utoipa::path(post, path = "/accruals", operation_id = "loyalty_accrue", tag = "points",
    request_body = Accrue,
    responses(
        (status = 200, description = "Done, once", body = Accrual),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn accrue(
    write: BackendWrite<dyn LoyaltyBackend>,
    Json(request): Json<Accrue>,
) -> Result<Json<Accrual>, Problem> {
    runs::check_points(&request.runs)?;
    let backend = write.backend()?;
    let call = || backend.accrue(write.delivery(), &request);
    let probe = || backend.accrued(write.tenant(), &request.reference);
    write.once(backend.abilities().moves, call, probe).await
}

/// Read an order's accrual.
#[utoipa::path(get, path = "/accruals", operation_id = "loyalty_find_accrual", tag = "points",
    params(ByOrder),
    responses(
        (status = 200, description = "As the engine has it", body = Accrual),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_accrual(
    read: BackendRead<dyn LoyaltyBackend>,
    Query(query): Query<ByOrder>,
) -> Result<Json<Accrual>, Problem> {
    let backend = read.backend()?;
    let found = backend.accrued(read.tenant(), &query.reference).await?;
    or_not_found(found, format_args!("no accrual of {}", query.reference))
}
