//! Registrations, by the reference that made them.

#![expect(
    unused_qualifications,
    reason = "utoipa names the query's type with its whole path"
)]

use crate::port::CustomerBackend;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, or_not_found};
use serde::Deserialize;
use sys_customer_contract::Customer;
use utoipa::IntoParams;

/// The query of a read by the registration's reference.
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
    read: BackendRead<dyn CustomerBackend>,
    Query(query): Query<ByReference>,
) -> Result<Json<Customer>, Problem> {
    let backend = read.backend()?;
    let found = backend.created(read.tenant(), &query.reference).await?;
    or_not_found(
        found,
        format_args!("nobody registered with {}", query.reference),
    )
}
