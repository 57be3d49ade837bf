//! Reversals: owed tax taken back for a return.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use crate::port::TaxBackend;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use serde::Deserialize;
use sys_tax_contract::{ReverseTax, TaxReversal};
use utoipa::IntoParams;

/// Take owed tax back for a return.
#[utoipa::path(post, path = "/reversals", operation_id = "tax_reverse", tag = "reversals",
    request_body = ReverseTax,
    responses(
        (status = 200, description = "Taken back", body = TaxReversal),
        (status = 404, description = "No such document in that currency"),
        (status = 409, description = "`wrong_state`: more than was committed; `reference_reused`"),
        (status = 422, description = "`validation_failed`, `mixed_currencies`")))]
pub(crate) async fn reverse(
    write: BackendWrite<dyn TaxBackend>,
    Json(request): Json<ReverseTax>,
) -> Result<Json<TaxReversal>, Problem> {
    let backend = write.backend()?;
    let call = || backend.reverse(write.delivery(), &request);
    let probe = || backend.reversal(write.tenant(), &request.document, &request.reference);
    write.once(backend.abilities().reverse, call, probe).await
}

/// The query of a reversal, by its document and its reference.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReversalQuery {
    /// The document that it takes back from.
    #[param(min_length = 1, max_length = 128)]
    document: String,
    /// Our natural key of the reversal.
    #[param(min_length = 1, max_length = 128)]
    reference: String,
}

/// Show the reversal of a return.
#[utoipa::path(get, path = "/reversals", operation_id = "tax_get_reversal", tag = "reversals",
    params(ReversalQuery),
    responses(
        (status = 200, description = "The reversal", body = TaxReversal),
        (status = 404, description = "Nothing was taken back for it")))]
pub(crate) async fn find_reversal(
    read: BackendRead<dyn TaxBackend>,
    Query(wanted): Query<ReversalQuery>,
) -> Result<Json<TaxReversal>, Problem> {
    let backend = read.backend()?;
    let found = backend.reversal(read.tenant(), &wanted.document, &wanted.reference);
    or_not_found(
        found.await?,
        format_args!("no reversal {}", wanted.reference),
    )
}
