//! The embedded loyalty engine: a strict points bank with its own books.
//!
//! Its API is a vendor's, not ours. Idempotency keys are remembered for 48 hours; besides, an order and a
//! cause name each effect. Holds lapse, lots expire, what was spent and is taken back becomes a debt.

mod documents;
mod earnings;
mod evaluate;
mod ledger;
mod lots;
mod redemptions;
mod refunds;
mod schema;
mod seed;
mod sweep;
#[cfg(test)]
mod tests;
mod wire;

pub use seed::{EarnRule, Seed, SeedLot, SeedMember, SeedPromotion, Takes, Tier};

use axum::Router;
use axum::extract::FromRequestParts;
use axum::routing::{get, post};
use crossdock_books::{Book, Embedded, VendorError};
use crossdock_model::{Clock, Timestamp};
use http::request::Parts;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long the engine remembers an idempotency key.
pub const KEY_RETENTION: Duration = Duration::from_hours(48);

/// What the engine is told when it is set up.
#[derive(Debug)]
pub struct Settings {
    /// What a caller proves itself with.
    pub api_key: SecretString,
    /// Its programme, and the members of a new book.
    pub seed: Seed,
}

/// What every handler needs.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub(crate) seed: Arc<Seed>,
    pub(crate) book: Book,
}

/// The engine over its book in that file, or in memory.
pub async fn backend(
    file: Option<&Path>,
    clock: Arc<dyn Clock>,
    settings: Settings,
) -> Result<Embedded, VendorError> {
    let book = Book::open(file, schema::SCHEMA, clock)?;
    let seed = Arc::new(settings.seed);
    seed.sow(&book).await?;
    let engine = Engine {
        seed: Arc::clone(&seed),
        book: book.clone(),
    };
    let embedded = Embedded::new(book.clone(), settings.api_key, routes(engine));
    Ok(embedded.with_background("expiry", move |stopping| sweep::run(book, seed, stopping)))
}

fn routes(engine: Engine) -> Router {
    Router::new()
        .route("/v1/accounts", get(ledger::account))
        .route("/v1/entries", get(ledger::entries))
        .route("/v1/evaluations", post(evaluate::evaluate))
        .route(
            "/v1/redemptions",
            post(redemptions::hold).get(redemptions::find),
        )
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

/// The retailer for whom a call is made: `X-Merchant`; nobody sees another's members or orders.
pub(crate) struct Merchant(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for Merchant {
    type Rejection = VendorError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, VendorError> {
        let named = parts
            .headers
            .get("x-merchant")
            .and_then(|value| value.to_str().ok());
        let named = named.filter(|name| !name.is_empty()).map(str::to_owned);
        named.map(Self).ok_or_else(|| {
            VendorError::bad_request("merchant_missing", "send X-Merchant: <retailer>")
        })
    }
}

/// A time as the book keeps it, in milliseconds; one that is out of range counts as the beginning.
pub(crate) fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The order, or its cause, was used with other content.
pub(crate) fn reference_taken(what: &str) -> VendorError {
    VendorError::conflict(
        "reference_taken",
        format!("{what} exists with other content: use another reference"),
    )
}
