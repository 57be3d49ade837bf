//! Documents: tax that is owed for a shipment.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use crate::port::TaxBackend;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use serde::Deserialize;
use sys_tax_contract::{CommitTax, TaxDocument};
use utoipa::IntoParams;

/// Declare the tax of a shipment as owed.
#[utoipa::path(post, path = "/documents", operation_id = "tax_commit", tag = "documents",
    request_body = CommitTax,
    responses(
        (status = 200, description = "Owed", body = TaxDocument),
        (status = 409, description = "`reference_reused`: the document exists with other content"),
        (status = 422, description = "`validation_failed`, `mixed_currencies`")))]
pub(crate) async fn commit(
    write: BackendWrite<dyn TaxBackend>,
    Json(request): Json<CommitTax>,
) -> Result<Json<TaxDocument>, Problem> {
    let backend = write.backend()?;
    let call = || backend.commit(write.delivery(), &request);
    let probe = || backend.document(write.tenant(), &request.document);
    write.once(backend.abilities().commit, call, probe).await
}

/// The query of the tax document of a shipment.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DocumentQuery {
    /// Our natural key of it.
    #[param(min_length = 1, max_length = 128)]
    document: String,
}

/// Show the tax document of a shipment.
#[utoipa::path(get, path = "/documents", operation_id = "tax_get_document", tag = "documents",
    params(DocumentQuery),
    responses(
        (status = 200, description = "The document", body = TaxDocument),
        (status = 404, description = "Nothing was committed for it")))]
pub(crate) async fn find_document(
    read: BackendRead<dyn TaxBackend>,
    Query(wanted): Query<DocumentQuery>,
) -> Result<Json<TaxDocument>, Problem> {
    let backend = read.backend()?;
    let found = backend.document(read.tenant(), &wanted.document).await?;
    or_not_found(found, format_args!("no tax document {}", wanted.document))
}
