//! Customers: created, read, changed.

#![expect(
    unused_qualifications,
    reason = "utoipa names the query's type with its whole path"
)]

use crate::port::CustomerBackend;
use crossdock_model::CustomerId;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite};
use serde::Deserialize;
use sys_customer_contract::{Customer, NewCustomer, UpdateCustomer};
use utoipa::IntoParams;

/// The query of a read by id.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ById {
    /// The customer's id; one that was merged leads to the kept one.
    #[param(value_type = String, min_length = 1, max_length = 64)]
    id: CustomerId,
}

/// Make a customer known; a second one with the same reference answers the first.
#[utoipa::path(post, path = "/customers", operation_id = "customer_create", tag = "customers",
    request_body = NewCustomer,
    responses(
        (status = 200, description = "The customer", body = Customer),
        (status = 409, description = "`reference_reused`")))]
pub(crate) async fn create(
    write: BackendWrite<dyn CustomerBackend>,
    Json(request): Json<NewCustomer>,
) -> Result<Json<Customer>, Problem> {
    let backend = write.backend()?;
    let call = || backend.create(write.delivery(), &request);
    let probe = || backend.created(write.tenant(), &request.reference);
    write.once(backend.abilities().create, call, probe).await
}

/// Read a customer, followed to the one they were merged into.
#[utoipa::path(get, path = "/customers", operation_id = "customer_get", tag = "customers",
    params(ById),
    responses(
        (status = 200, description = "The customer", body = Customer),
        (status = 404, description = "`not_found`"),
        (status = 410, description = "`gone`: erased")))]
pub(crate) async fn find_customer(
    read: BackendRead<dyn CustomerBackend>,
    Query(query): Query<ById>,
) -> Result<Json<Customer>, Problem> {
    let backend = read.backend()?;
    Ok(Json(backend.customer(read.tenant(), &query.id).await?))
}

/// Change a customer, on top of the version that was read.
#[utoipa::path(post, path = "/customers/updates", operation_id = "customer_update", tag = "customers",
    request_body = UpdateCustomer,
    responses(
        (status = 200, description = "The customer", body = Customer),
        (status = 404, description = "`not_found`"),
        (status = 410, description = "`gone`: erased"),
        (status = 412, description = "`version_conflict`: read again")))]
pub(crate) async fn update(
    write: BackendWrite<dyn CustomerBackend>,
    Json(request): Json<UpdateCustomer>,
) -> Result<Json<Customer>, Problem> {
    let backend = write.backend()?;
    let call = || backend.update(write.delivery(), &request);
    let probe = || backend.updated(write.tenant(), &request);
    write.once(backend.abilities().update, call, probe).await
}
