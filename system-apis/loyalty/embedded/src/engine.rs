//! What every request of the engine works with: its rules, its book, its merchant.

use crate::seed::Seed;
use axum::extract::FromRequestParts;
use crossdock_books::{Book, VendorError};
use crossdock_model::Timestamp;
use http::request::Parts;
use std::sync::Arc;
use std::time::Duration;

/// How long the engine remembers an idempotency key.
pub(crate) const KEY_RETENTION: Duration = Duration::from_hours(48);

/// The state of the handlers.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub(crate) seed: Arc<Seed>,
    pub(crate) book: Book,
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

/// The refusal of an order, or its cause, that was used with other content.
pub(crate) fn reference_taken(what: &str) -> VendorError {
    VendorError::conflict(
        "reference_taken",
        format!("{what} exists with other content: use another reference"),
    )
}
