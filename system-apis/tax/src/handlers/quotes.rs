//! Quotes: what tax a basket would bear.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use crate::App;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use serde::Deserialize;
use std::sync::Arc;
use sys_tax_contract::{TaxQuote, TaxQuoteRequest};
use utoipa::IntoParams;

/// Work out the tax of a basket.
#[utoipa::path(post, path = "/quotes", operation_id = "tax_quote", tag = "quotes",
    request_body = TaxQuoteRequest,
    responses(
        (status = 200, description = "The tax of each line", body = TaxQuote),
        (status = 422, description = "`validation_failed`: no rate for the address or a category; `mixed_currencies`")))]
pub(crate) async fn quote(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Json(request): Json<TaxQuoteRequest>,
) -> Result<Json<TaxQuote>, Problem> {
    let backend = app.backend(&connector, &context)?;
    Ok(Json(backend.quote(&context, &request).await?))
}

/// Which quote is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuoteQuery {
    /// The quote's id.
    #[param(min_length = 1, max_length = 128)]
    id: String,
}

/// Show a quote while it holds.
#[utoipa::path(get, path = "/quotes", operation_id = "tax_get_quote", tag = "quotes",
    params(QuoteQuery),
    responses(
        (status = 200, description = "It holds", body = TaxQuote),
        (status = 404, description = "No such quote"),
        (status = 409, description = "`tax_quote_expired`: ask for a new one")))]
pub(crate) async fn find_quote(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(wanted): Query<QuoteQuery>,
) -> Result<Json<TaxQuote>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend.quoted(tenant, &wanted.id).await?;
    there(found, format_args!("no quote {}", wanted.id))
}
