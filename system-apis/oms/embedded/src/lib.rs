//! The embedded OMS: an HTTP service of its own, with its own books of stock, orders and shipments.
//!
//! It chooses locations, keeps reservations that run out by themselves, and tells what happened by
//! webhook. Its natural keys are order and return numbers: a second write answers the first.

mod check;
mod fulfilment;
mod hold;
mod number;
mod order;
mod pilot;
mod receipt;
mod resource;
mod routes;
mod schema;
mod seed;
mod sourcing;
mod stock;
#[cfg(test)]
mod tests;
mod wire;
mod word;
mod work;

pub use pilot::advance;
pub use seed::{LocationKind, Seed, SeedLocation, SeedStock};

use crossdock_books::{Book, Embedded, VendorError};
use crossdock_model::Clock;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How often reservations that ran out are given back without anybody asking.
const EXPIRY: Duration = Duration::from_secs(5);

/// How this OMS behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What its callers prove themselves with.
    pub api_key: SecretString,
    /// What it starts with when its books are empty.
    pub seed: Seed,
    /// Moves every fulfilment order one step further each time; without it people do.
    pub auto_pilot: Option<Duration>,
}

/// The OMS over its book in that file, or in memory.
pub async fn backend(
    file: Option<&Path>,
    clock: Arc<dyn Clock>,
    settings: Settings,
) -> Result<Embedded, VendorError> {
    let book = Book::open(file, schema::SCHEMA, clock)?;
    seed::sow(&book, settings.seed).await?;
    let router = routes::router(book.clone());
    let (expiring, flying) = (book.clone(), book.clone());
    let embedded = Embedded::new(book, settings.api_key, router)
        .with_background("oms/expiry", move |stopping| {
            pilot::expire(expiring, EXPIRY, stopping)
        });
    Ok(match settings.auto_pilot {
        None => embedded,
        Some(every) => embedded.with_background("oms/auto-pilot", move |stopping| {
            pilot::fly(flying, every, stopping)
        }),
    })
}
