//! Documents: tax that is owed for a shipment.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use crate::App;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use serde::Deserialize;
use std::sync::Arc;
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
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<CommitTax>,
) -> Result<Json<TaxDocument>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.commit(&delivery, &request);
    let probe = || backend.document(tenant, &request.document);
    app.once(&delivery, backend.abilities().commit, call, probe)
        .await
}

/// Which document is wanted.
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
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(wanted): Query<DocumentQuery>,
) -> Result<Json<TaxDocument>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend.document(tenant, &wanted.document).await?;
    there(found, format_args!("no tax document {}", wanted.document))
}
