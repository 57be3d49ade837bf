//! Points held for an order, for longer where it needs them, burnt or given back.

use super::query::ByOrder;
use crate::port::LoyaltyBackend;
use crate::port::{active_hold, extended_hold};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use sys_loyalty_contract::{Burnt, Confirm, Extend, Held, Hold, Release, Released};

/// Hold points for an order; the order is the natural key.
#[utoipa::path(post, path = "/holds", operation_id = "loyalty_hold", tag = "points",
    request_body = Hold,
    responses(
        (status = 200, description = "Done, once", body = Held),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn hold(
    write: BackendWrite<dyn LoyaltyBackend>,
    Json(request): Json<Hold>,
) -> Result<Json<Held>, Problem> {
    let backend = write.backend()?;
    let call = || backend.hold(write.delivery(), &request);
    let probe = async || active_hold(backend.held(write.tenant(), &request.reference).await?);
    write.once(backend.abilities().moves, call, probe).await
}

/// Read an order's hold.
#[utoipa::path(get, path = "/holds", operation_id = "loyalty_find_hold", tag = "points",
    params(ByOrder),
    responses(
        (status = 200, description = "As the engine has it", body = Held),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_hold(
    read: BackendRead<dyn LoyaltyBackend>,
    Query(query): Query<ByOrder>,
) -> Result<Json<Held>, Problem> {
    let backend = read.backend()?;
    let found = backend.held(read.tenant(), &query.reference).await?;
    or_not_found(found, format_args!("no hold of {}", query.reference))
}

/// Hold an order's points for longer; a hold that has lapsed is made again, if the points are still there.
#[utoipa::path(post, path = "/holds/extensions", operation_id = "loyalty_extend_hold", tag = "points",
    request_body = Extend,
    responses(
        (status = 200, description = "Done, once", body = Held),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn extend(
    write: BackendWrite<dyn LoyaltyBackend>,
    Json(request): Json<Extend>,
) -> Result<Json<Held>, Problem> {
    let backend = write.backend()?;
    let call = || backend.extend(write.delivery(), &request);
    let probe = async || {
        let found = backend.held(write.tenant(), &request.reference).await?;
        extended_hold(found, write.delivery(), &request)
    };
    write.once(backend.abilities().moves, call, probe).await
}

/// Turn held points into burnt ones.
#[utoipa::path(post, path = "/confirmations", operation_id = "loyalty_confirm", tag = "points",
    request_body = Confirm,
    responses(
        (status = 200, description = "Done, once", body = Burnt),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn confirm(
    write: BackendWrite<dyn LoyaltyBackend>,
    Json(request): Json<Confirm>,
) -> Result<Json<Burnt>, Problem> {
    let backend = write.backend()?;
    let call = || backend.confirm(write.delivery(), &request);
    let probe = || async { backend.confirm(write.delivery(), &request).await.map(Some) };
    write.once(backend.abilities().moves, call, probe).await
}

/// Give held points back, now and whenever a late hold arrives.
#[utoipa::path(post, path = "/releases", operation_id = "loyalty_release", tag = "points",
    request_body = Release,
    responses(
        (status = 200, description = "Done, once", body = Released),
        (status = 409, description = "A code of the catalogue says why")))]
pub(crate) async fn release(
    write: BackendWrite<dyn LoyaltyBackend>,
    Json(request): Json<Release>,
) -> Result<Json<Released>, Problem> {
    let backend = write.backend()?;
    let call = || backend.release(write.delivery(), &request);
    let probe = || async { backend.release(write.delivery(), &request).await.map(Some) };
    write.once(backend.abilities().release, call, probe).await
}
