//! The embedded payment provider: a strict card processor with its own books.
//!
//! Its API is a vendor's, not ours. Idempotency keys are remembered for 24 hours and then forgotten,
//! nothing else keeps a repeated capture or refund from happening twice; authorisations run out after
//! seven days; a refund may fail after it was accepted, and even after it settled; what was captured may be
//! disputed, and whoever has the provider's console may move money that nobody here asked for.

mod captures;
mod disputes;
mod documents;
#[cfg(test)]
mod growth_tests;
mod ledger;
mod payments;
mod refunds;
mod returned;
mod schema;
mod settlements;
#[cfg(test)]
mod tests;
mod wire;

use axum::Router;
use axum::routing::{get, post};
use crossdock_books::{Book, Deliverer, Embedded, Secret};
use crossdock_model::Clock;
use crossdock_outbound::Endpoint;
use crossdock_store::StoreError;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The settings of the provider.
#[derive(Debug)]
pub struct Settings {
    /// The bearer key that callers authenticate with.
    pub api_key: SecretString,
    /// Settle captures and refunds by itself that long after it accepted them; never when absent.
    pub auto_settle: Option<Duration>,
    /// The receiver of webhooks; nobody where absent.
    pub webhook: Option<Webhook>,
}

/// The receiver of the provider's webhooks.
#[derive(Debug)]
pub struct Webhook {
    /// The secret that webhooks are signed with.
    pub secret: Secret,
    /// The address that webhooks are posted to.
    pub endpoint: Endpoint,
    /// The path at that address, `/hooks/payment/psp`.
    pub path: String,
}

/// The provider over its book in that file, or in memory.
pub fn backend(
    file: Option<&Path>,
    clock: Arc<dyn Clock>,
    settings: Settings,
) -> Result<Embedded, StoreError> {
    let book = Book::open(file, schema::SCHEMA, clock)?;
    let embedded = Embedded::new(book.clone(), settings.api_key, routes());
    let sweeper = settlements::Sweeper::new(book.clone(), settings.auto_settle);
    let embedded = embedded.with_background("settlements", move |stopping| sweeper.run(stopping));
    Ok(match settings.webhook {
        Some(webhook) => embedded.with_webhooks(webhook.deliverer(&book)),
        None => embedded,
    })
}

impl Webhook {
    /// The background task that delivers the book's outbox to it.
    pub fn deliverer(self, book: &Book) -> Deliverer {
        Deliverer::new(book, self.secret, self.endpoint, self.path)
    }
}

fn routes() -> Router {
    Router::new()
        .route(
            "/v1/payments",
            post(payments::authorise).get(payments::find),
        )
        .route("/v1/captures", post(captures::capture).get(captures::find))
        .route("/v1/cancellations", post(payments::cancel))
        .route("/v1/refunds", post(refunds::refund).get(refunds::find))
        .route("/v1/refunds/{id}/return", post(returned::send_back))
        .route("/v1/disputes", post(disputes::open))
        .route("/v1/disputes/{id}/close", post(disputes::close))
        .route("/v1/settlements/run", post(settlements::run))
        .route("/v1/ledger", get(ledger::totals))
}
