//! The embedded ERP: an HTTP service with its own books, strict the way real ones are.
//!
//! Its traps are its point: posting twice books twice, periods close, validation refuses, and what
//! is booked is never changed. Whoever calls it has to look a document up by reference first. Like many an ERP
//! it can be set to refuse a second document under one reference.

mod audit;
mod documents;
#[cfg(test)]
mod growth_tests;
mod items;
mod ledger;
mod periods;
mod posting;
mod sales;
mod schema;
mod seed;
mod stock;
#[cfg(test)]
mod tests;
mod wire;

pub use seed::{Seed, SeedPrice, SeedProduct, SeedStock, SetupError};

use axum::Router;
use axum::routing::{get, post};
use crossdock_books::{Book, Embedded};
use crossdock_model::Clock;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;

/// The settings of the ERP.
#[derive(Debug)]
pub struct Settings {
    /// The bearer key that callers authenticate with.
    pub api_key: SecretString,
    /// The master data and stock of a new book.
    pub seed: Seed,
    /// Whether it refuses a second document of one kind under one reference (409 `REFERENCE_EXISTS`), or books it.
    pub refuses_duplicates: bool,
}

/// The ERP over its book in that file, or in memory; a new book begins with the seed.
pub async fn backend(
    file: Option<&Path>,
    clock: Arc<dyn Clock>,
    settings: Settings,
) -> Result<Embedded, SetupError> {
    let book = Book::open(file, schema::SCHEMA, clock)?;
    seed::load(&book, settings.seed, settings.refuses_duplicates).await?;
    let router = router().with_state(book.clone());
    Ok(Embedded::new(book, settings.api_key, router))
}

fn router() -> Router<Book> {
    Router::new()
        .route("/api/items", get(items::list))
        .route("/api/items/search", post(items::search))
        .route("/api/items/price", get(items::price))
        .route("/api/stock/search", post(stock::search))
        .route("/api/fiscal-periods/{period}", get(periods::show))
        .route("/api/fiscal-periods/{period}/close", post(periods::close))
        .route("/api/fiscal-periods/{period}/open", post(periods::open))
        .route("/api/documents", get(documents::search))
        .route("/api/sales-orders", post(sales::create))
        .route("/api/sales-orders/amendments", post(sales::amend))
        .route("/api/sales-orders/{number}/cancel", post(sales::cancel))
        .route("/api/goods-issues", post(posting::goods_issue))
        .route("/api/invoices", post(posting::invoice))
        .route("/api/customer-returns", post(posting::customer_return))
        .route("/api/credit-memos", post(posting::credit_memo))
        .route("/api/journal-entries", post(posting::journal_entry))
        .route("/vendor/books", get(audit::books))
}
