//! The embedded OMS: an HTTP service of its own, with its own books of stock, orders and shipments.
//!
//! It chooses locations, keeps reservations that run out by themselves, and reports what
//! happened by webhook. Its natural keys are order, return and cancellation numbers: a second write answers the first.

mod background;
mod backorder;
#[cfg(test)]
mod backorder_tests;
mod check;
mod codes;
mod count;
#[cfg(test)]
mod count_tests;
#[cfg(test)]
mod extension_tests;
mod fulfilment;
#[cfg(test)]
mod growth_tests;
mod hold;
mod line_cancellation;
#[cfg(test)]
mod line_cancellation_tests;
mod number;
mod order;
mod order_entry;
mod receipt;
mod resourcing;
mod routes;
mod schema;
mod seed;
mod sourcing;
mod stock;
#[cfg(test)]
mod tests;
mod unpacked;
mod wire;
mod work;

pub use background::advance;
pub use seed::{LocationKind, Seed, SeedLocation, SeedStock};

use crossdock_books::{Book, Embedded, VendorError};
use crossdock_model::Clock;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How often reservations that ran out are given back without anybody asking.
const EXPIRY: Duration = Duration::from_secs(5);
/// How often backordered lines are given stock that became free without a count or a receipt.
const BACKORDERS: Duration = Duration::from_secs(5);

/// The settings of the OMS.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The bearer key that callers authenticate with.
    pub api_key: SecretString,
    /// The locations and stock of a new book.
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
    seed::load(&book, settings.seed).await?;
    let router = routes::router(book.clone());
    let (expiring, serving, piloted) = (book.clone(), book.clone(), book.clone());
    let embedded = Embedded::new(book, settings.api_key, router)
        .with_background("oms/expiry", move |stopping| {
            background::expire(expiring, EXPIRY, stopping)
        })
        .with_background("oms/backorders", move |stopping| {
            background::serve_backorders(serving, BACKORDERS, stopping)
        });
    Ok(match settings.auto_pilot {
        None => embedded,
        Some(every) => embedded.with_background("oms/auto-pilot", move |stopping| {
            background::auto_pilot(piloted, every, stopping)
        }),
    })
}
