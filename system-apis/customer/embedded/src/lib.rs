//! The embedded CRM: people, their profile versions, merges and erasures, with its own books.
//!
//! Its API is a vendor's, not ours. A registration's reference is its natural key. A merged person
//! answers as the one it was merged into; an erased one answers 410 for ever.

#[cfg(test)]
mod growth_tests;
mod people;
mod schema;
mod seed;
#[cfg(test)]
mod tests;
mod wire;

pub use seed::{PersonSeed, Seed};

use axum::Router;
use axum::routing::{get, post};
use crossdock_books::{Book, Embedded, VendorError};
use crossdock_model::Clock;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;

/// The settings of the CRM.
#[derive(Debug)]
pub struct Settings {
    /// The bearer key that callers authenticate with.
    pub api_key: SecretString,
    /// What it begins with: people that are added where they are new.
    pub seed: Seed,
}

/// The CRM over its book in that file, or in memory.
pub async fn backend(
    file: Option<&Path>,
    clock: Arc<dyn Clock>,
    settings: Settings,
) -> Result<Embedded, VendorError> {
    let book = Book::open(file, schema::SCHEMA, clock)?;
    let seed = Arc::new(settings.seed);
    book.seed(move |tx| {
        seed.people
            .iter()
            .try_for_each(|person| seed::add(tx, person))
    })
    .await?;
    let router = routes().with_state(book.clone());
    Ok(Embedded::new(book, settings.api_key, router))
}

fn routes() -> Router<Book> {
    let account = "/crm/v2/{account}/people";
    Router::new()
        .route(account, post(people::register).get(people::registered))
        .route(&format!("{account}/search"), post(people::search))
        .route(
            &format!("{account}/{{id}}"),
            get(people::show).delete(people::erase),
        )
        .route(&format!("{account}/{{id}}/revisions"), post(people::revise))
        .route(&format!("{account}/{{id}}/merge"), post(people::merge))
}
