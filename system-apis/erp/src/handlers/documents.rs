//! What stands in the books under a reference.
#![expect(
    unused_qualifications,
    reason = "utoipa writes the query's type with its whole path"
)]

use crate::port::{ErpBackend, capability};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::BackendRead;
use serde::Deserialize;
use sys_erp_contract::{DocumentKind, Found};
use utoipa::IntoParams;

/// The query of a read by our reference.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DocumentQuery {
    /// Its kind; a customer return is a goods receipt, and a credit memo of the same reference.
    #[param(inline)]
    kind: DocumentKind,
    /// The reference that we posted the document under.
    #[param(min_length = 1, max_length = 128)]
    reference: String,
}

/// Read a document back by our own reference, with every line and move booked under it.
#[utoipa::path(
    get, path = "/documents", operation_id = "erp_find_document", tag = "documents",
    params(
        DocumentQuery,
    ),
    responses((status = 200, description = "The document, or nothing", body = Found)),
)]
pub(crate) async fn find_document(
    read: BackendRead<dyn ErpBackend>,
    Query(query): Query<DocumentQuery>,
) -> Result<Json<Found>, Problem> {
    let (_name, erp) = read.backend_for(&capability(query.kind.capability()))?;
    let document = erp
        .find(read.context(), query.kind, &query.reference)
        .await?;
    Ok(Json(Found { document }))
}
