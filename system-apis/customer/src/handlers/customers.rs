//! Customers: created, read, changed.

#![expect(
    unused_qualifications,
    reason = "utoipa names the query's type with its whole path"
)]

use crate::App;
use axum::extract::State;
use crossdock_model::CustomerId;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use serde::Deserialize;
use std::sync::Arc;
use sys_customer_contract::{Customer, NewCustomer, UpdateCustomer};
use utoipa::IntoParams;

/// Whom to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ById {
    /// The golden id.
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
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<NewCustomer>,
) -> Result<Json<Customer>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.create(&delivery, &request);
    let probe = || backend.created(tenant, &request.reference);
    app.once(&delivery, backend.abilities().create, call, probe)
        .await
}

/// Read a customer, followed to the one they were merged into.
#[utoipa::path(get, path = "/customers", operation_id = "customer_get", tag = "customers",
    params(ById),
    responses(
        (status = 200, description = "The customer", body = Customer),
        (status = 404, description = "`not_found`"),
        (status = 410, description = "`gone`: erased")))]
pub(crate) async fn find_customer(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<ById>,
) -> Result<Json<Customer>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    Ok(Json(backend.customer(tenant, &query.id).await?))
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
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<UpdateCustomer>,
) -> Result<Json<Customer>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.update(&delivery, &request);
    let probe = || backend.updated(tenant, &request);
    app.once(&delivery, backend.abilities().update, call, probe)
        .await
}
