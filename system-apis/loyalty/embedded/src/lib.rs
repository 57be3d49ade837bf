//! The embedded loyalty engine: a strict points bank with its own books.
//!
//! Its API is a vendor's, not ours. Idempotency keys are remembered for 48 hours; besides, an order and a
//! cause name each effect. Holds lapse, lots expire, what was spent and is taken back becomes a debt.

mod accounts;
mod accruals;
mod documents;
mod earnings;
mod engine;
mod evaluate;
mod expiry;
mod extensions;
#[cfg(test)]
mod growth_tests;
mod ledger;
mod lots;
mod opening;
mod redemptions;
mod refunds;
mod runs;
mod schema;
mod seed;
#[cfg(test)]
mod tests;
mod wire;

pub use seed::{EarnRule, Reduction, Seed, SeedLot, SeedMember, SeedPromotion, Tier};

use axum::Router;
use axum::routing::{get, post};
use crossdock_books::{Book, Embedded, VendorError};
use crossdock_model::Clock;
use engine::Engine;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;

/// The settings of the engine.
#[derive(Debug)]
pub struct Settings {
    /// The bearer key that callers authenticate with.
    pub api_key: SecretString,
    /// The programme, with the members of a new book.
    pub seed: Seed,
}

/// The engine over its book in that file, or in memory.
pub async fn backend(
    file: Option<&Path>,
    clock: Arc<dyn Clock>,
    settings: Settings,
) -> Result<Embedded, VendorError> {
    let book = Book::open(file, schema::SCHEMA, clock)?;
    let seed = Arc::new(settings.seed);
    opening::open_members(&book, Arc::clone(&seed)).await?;
    let engine = Engine {
        seed: Arc::clone(&seed),
        book: book.clone(),
    };
    let embedded = Embedded::new(book.clone(), settings.api_key, routes(engine));
    Ok(embedded.with_background("expiry", move |stopping| expiry::run(book, seed, stopping)))
}

fn routes(engine: Engine) -> Router {
    Router::new()
        .route("/v1/accounts", get(accounts::account))
        .route("/v1/entries", get(accounts::entries))
        .route("/v1/evaluations", post(evaluate::evaluate))
        .route(
            "/v1/redemptions",
            post(redemptions::hold).get(redemptions::find),
        )
        .route("/v1/redemption-extensions", post(extensions::extend))
        .route("/v1/redemption-captures", post(redemptions::capture))
        .route("/v1/redemption-cancellations", post(redemptions::cancel))
        .route(
            "/v1/redemption-refunds",
            post(refunds::refund).get(refunds::find),
        )
        .route("/v1/earnings", post(earnings::accrue).get(earnings::find))
        .route(
            "/v1/earning-maturities",
            post(earnings::mature).get(earnings::find_maturity),
        )
        .route(
            "/v1/earning-reversals",
            post(earnings::reverse).get(earnings::find_reversal),
        )
        .with_state(engine)
}
