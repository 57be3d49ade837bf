//! The embedded tax engine: a rate table with its own books.
//!
//! Its API is a vendor's, not ours. A transaction's code is its natural key: the same content twice is
//! one transaction, other content is refused. Calculations expire; rates change at midnight (UTC).

mod calculations;
#[cfg(test)]
mod growth_tests;
mod rates;
mod refunds;
mod schema;
mod seed;
#[cfg(test)]
mod tests;
mod totals;
mod transactions;
mod wire;

pub use seed::{RateSeed, Seed};

use axum::Router;
use axum::routing::{get, post};
use crossdock_books::{Book, Embedded, VendorError};
use crossdock_model::Clock;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;

/// The settings of the engine.
#[derive(Debug)]
pub struct Settings {
    /// The bearer key that callers authenticate with.
    pub api_key: SecretString,
    /// Rates that are added to those of the book.
    pub seed: Seed,
}

/// The engine over its book in that file, or in memory.
pub async fn backend(
    file: Option<&Path>,
    clock: Arc<dyn Clock>,
    settings: Settings,
) -> Result<Embedded, VendorError> {
    let book = Book::open(file, schema::SCHEMA, clock)?;
    let rates = Arc::new(settings.seed.rates);
    book.seed(move |tx| rates.iter().try_for_each(|rate| rates::add(tx, rate)))
        .await?;
    Ok(Embedded::new(book, settings.api_key, routes()))
}

fn routes() -> Router {
    Router::new()
        .route(
            "/v1/calculations",
            post(calculations::calculate).get(calculations::find),
        )
        .route(
            "/v1/transactions",
            post(transactions::commit).get(transactions::find),
        )
        .route("/v1/refunds", post(refunds::refund).get(refunds::find))
        .route("/v1/rates", post(rates::change))
        .route("/v1/books", get(totals::totals))
}
