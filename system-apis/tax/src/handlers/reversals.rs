//! Reversals: owed tax taken back for a return.

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
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<ReverseTax>,
) -> Result<Json<TaxReversal>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.reverse(&delivery, &request);
    let probe = || backend.reversal(tenant, &request.document, &request.reference);
    app.once(&delivery, backend.abilities().reverse, call, probe)
        .await
}

/// Which reversal is wanted.
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
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(wanted): Query<ReversalQuery>,
) -> Result<Json<TaxReversal>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend.reversal(tenant, &wanted.document, &wanted.reference);
    there(
        found.await?,
        format_args!("no reversal {}", wanted.reference),
    )
}
