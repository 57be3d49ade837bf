//! Registrations, by the reference that made them.

#![expect(
    unused_qualifications,
    reason = "utoipa names the query's type with its whole path"
)]

use crate::App;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use serde::Deserialize;
use std::sync::Arc;
use sys_customer_contract::Customer;
use utoipa::IntoParams;

/// Which registration.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByReference {
    /// The reference it was made with.
    #[param(min_length = 1, max_length = 128)]
    reference: String,
}

/// Read the customer that a registration made.
#[utoipa::path(get, path = "/registrations", operation_id = "customer_find_registration", tag = "customers",
    params(ByReference),
    responses(
        (status = 200, description = "The customer", body = Customer),
        (status = 404, description = "`not_found`")))]
pub(crate) async fn find_registration(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<ByReference>,
) -> Result<Json<Customer>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend.created(tenant, &query.reference).await?;
    there(
        found,
        format_args!("nobody registered with {}", query.reference),
    )
}
