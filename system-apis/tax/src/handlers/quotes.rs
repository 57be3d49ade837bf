//! Quotes: what tax a basket would bear.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use crate::port::TaxBackend;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, or_not_found};
use serde::Deserialize;
use sys_tax_contract::{TaxQuote, TaxQuoteRequest};
use utoipa::IntoParams;

/// Work out the tax of a basket.
#[utoipa::path(post, path = "/quotes", operation_id = "tax_quote", tag = "quotes",
    request_body = TaxQuoteRequest,
    responses(
        (status = 200, description = "The tax of each line", body = TaxQuote),
        (status = 422, description = "`validation_failed`: no rate for the address or a category; `mixed_currencies`")))]
pub(crate) async fn quote(
    read: BackendRead<dyn TaxBackend>,
    Json(request): Json<TaxQuoteRequest>,
) -> Result<Json<TaxQuote>, Problem> {
    let backend = read.backend()?;
    Ok(Json(backend.quote(read.context(), &request).await?))
}

/// The query of a quote that was given before.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuoteQuery {
    /// The id that the quote was given with.
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
    read: BackendRead<dyn TaxBackend>,
    Query(wanted): Query<QuoteQuery>,
) -> Result<Json<TaxQuote>, Problem> {
    let backend = read.backend()?;
    let found = backend.quoted(read.tenant(), &wanted.id).await?;
    or_not_found(found, format_args!("no quote {}", wanted.id))
}
