//! The end of what a book keeps only for looking back: its request log, its delivered webhooks.

use crate::book::Book;
use crate::error::VendorError;
use crossdock_model::Timestamp;
use crossdock_runtime::Stopping;
use rusqlite::params;
use std::time::Duration;

/// How often it is looked for what has outlived its retention.
const EVERY: Duration = Duration::from_mins(10);
/// The most rows of one table that one transaction removes: a request waits for no more than that.
const AT_ONCE: u32 = 200;

/// How long a book keeps what is over; a webhook that nobody has taken is kept until somebody does.
///
/// Kept answers are none of it: they end when their idempotency key does, as new ones come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// For how long a request's line stays in the log.
    pub requests: Duration,
    /// For how long a webhook stays after somebody has taken it.
    pub webhooks: Duration,
}

/// Removes what has outlived its retention, every ten minutes until the process stops.
pub(crate) async fn run(book: Book, retention: Retention, mut stopping: Stopping) {
    while !stopping.is_stopping() {
        match remove_some(&book, retention).await {
            // As long as there is more, without a pause: other writes come between two bites.
            Ok(removed) if removed > 0 => continue,
            Ok(_nothing) => {}
            Err(error) => {
                tracing::warn!(%error, "old lines of a book could not be removed; tried again in ten minutes");
            }
        }
        let next = book.now().saturating_add(EVERY).unwrap_or(Timestamp::MAX);
        tokio::select! {
            () = stopping.stopped() => {}
            () = book.clock().sleep_until(next) => {}
        }
    }
}

/// Removes some of what has outlived its retention; answers how many rows it were.
pub(crate) async fn remove_some(book: &Book, retention: Retention) -> Result<usize, VendorError> {
    book.write(move |tx| {
        let before = |kept: Duration| {
            let oldest = tx.now().saturating_sub(kept).unwrap_or(Timestamp::MIN);
            oldest.as_millisecond()
        };
        // Lines come in the order of time: the oldest are looked at, and no others.
        let lines = tx
            .prepare_cached(
                "DELETE FROM request_log WHERE at < ?1 AND seq IN \
                 (SELECT seq FROM request_log ORDER BY seq LIMIT ?2)",
            )?
            .execute(params![before(retention.requests), AT_ONCE])?;
        let webhooks = tx
            .prepare_cached(
                "DELETE FROM webhook_outbox WHERE seq IN (SELECT seq FROM webhook_outbox \
                 WHERE delivered_at IS NOT NULL AND delivered_at < ?1 ORDER BY delivered_at LIMIT ?2)",
            )?
            .execute(params![before(retention.webhooks), AT_ONCE])?;
        Ok(lines + webhooks)
    })
    .await
}
