//! What stands in the books under a reference.
#![expect(
    unused_qualifications,
    reason = "utoipa writes the query's type with its whole path"
)]

use crate::Erp;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use serde::Deserialize;
use std::sync::Arc;
use sys_erp_contract::{DocumentKind, Found};
use utoipa::IntoParams;

/// Which document is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DocumentQuery {
    /// Its kind; a customer return is a goods receipt, and a credit memo of the same reference.
    #[param(inline)]
    kind: DocumentKind,
    /// Our reference.
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
    State(erp): State<Arc<Erp>>,
    context: InContext,
    pinned: OnConnector,
    Query(query): Query<DocumentQuery>,
) -> Result<Json<Found>, Problem> {
    let on = erp.serving(&pinned, &context, query.kind.capability())?;
    let document = on
        .backend
        .find(&context, query.kind, &query.reference)
        .await?;
    Ok(Json(Found { document }))
}
