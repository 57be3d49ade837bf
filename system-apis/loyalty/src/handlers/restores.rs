//! Burnt points given back.

use super::query::ByCause;
use crate::port::LoyaltyBackend;
use crate::runs;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use sys_loyalty_contract::{Restore, Restored};

/// Give units' burnt points back to their lots.
#[utoipa::path(post, path = "/restores", operation_id = "loyalty_restore", tag = "points",
    request_body = Restore,
    responses(
        (status = 200, description = "Done, once", body = Restored),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn restore(
    write: BackendWrite<dyn LoyaltyBackend>,
    Json(request): Json<Restore>,
) -> Result<Json<Restored>, Problem> {
    runs::check_points(&request.runs)?;
    let backend = write.backend()?;
    let call = || backend.restore(write.delivery(), &request);
    let probe = || backend.restored(write.tenant(), &request.reference, &request.key);
    write.once(backend.abilities().moves, call, probe).await
}

/// Read the restore of an order by its cause.
#[utoipa::path(get, path = "/restores", operation_id = "loyalty_find_restore", tag = "points",
    params(ByCause),
    responses(
        (status = 200, description = "As the engine has it", body = Restored),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_restore(
    read: BackendRead<dyn LoyaltyBackend>,
    Query(query): Query<ByCause>,
) -> Result<Json<Restored>, Problem> {
    let backend = read.backend()?;
    let found = backend
        .restored(read.tenant(), &query.reference, &query.key)
        .await?;
    or_not_found(found, format_args!("no restore of {}", query.reference))
}
