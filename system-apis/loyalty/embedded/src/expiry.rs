//! Expiry without anybody asking: holds lapse, lots run out.

use crate::ledger::{self, Movement};
use crate::lots;
use crate::seed::Seed;
use crossdock_books::{Book, Outcome, Tx, VendorError};
use crossdock_runtime::Stopping;
use std::sync::Arc;
use std::time::Duration;

/// How often the engine looks for what has lapsed, where no request did.
const EVERY: Duration = Duration::from_secs(30);
/// The most accounts of one transaction.
const AT_ONCE: u32 = 200;

/// Expires the holds and lots of an account that are due by now.
pub(crate) fn expire_due(tx: &Tx<'_>, seed: &Seed, account: i64) -> Outcome<()> {
    let now = tx.now().as_millisecond();
    let lapsed: Vec<(i64, String, String, i64)> = tx
        .prepare_cached(
            "SELECT id, merchant, reference, points FROM hold \
             WHERE account = ?1 AND state = 'held' AND expires_at <= ?2 ORDER BY id",
        )?
        .query_map((account, now), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (hold, merchant, reference, points) in lapsed {
        tx.prepare_cached("UPDATE hold SET state = 'expired' WHERE id = ?1")?
            .execute([hold])?;
        lots::free(tx, hold)?;
        tx.prepare_cached(
            "INSERT INTO hold_release (merchant, reference, hold, points, cause, at) \
             VALUES (?1, ?2, ?3, ?4, 'expiry', ?5)",
        )?
        .execute((merchant, &reference, hold, points, now))?;
        let free = Movement {
            available: points,
            held: -points,
            ..Movement::of("expire-hold")
        };
        ledger::post(tx, seed, account, &free, &reference, None)?;
    }
    for lot in lots::open_of(tx, account)? {
        if lot.free > 0 && lot.expires_at <= tx.now() {
            lots::change(tx, lot.id, -lot.free)?;
            let gone = Movement {
                available: -lot.free,
                ..Movement::of("expire")
            };
            ledger::post(tx, seed, account, &gone, &lots::name(lot.id), None)?;
        }
    }
    Ok(())
}

/// Expires what is due in any account, some accounts at once; answers how many it looked at.
pub(crate) async fn expire_all_due(book: &Book, seed: &Arc<Seed>) -> Result<usize, VendorError> {
    let seed = Arc::clone(seed);
    book.write(move |tx| {
        // Of a lot whose rest is promised nothing can go: its hold is looked at instead.
        let due: Vec<i64> = tx
            .prepare_cached(
                "SELECT account FROM hold WHERE state = 'held' AND expires_at <= ?1 \
                 UNION SELECT account FROM lot WHERE remaining > promised AND expires_at <= ?1 LIMIT ?2",
            )?
            .query_map((tx.now().as_millisecond(), AT_ONCE), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for account in &due {
            expire_due(tx, &seed, *account)?;
        }
        Ok(due.len())
    })
    .await
}

/// Expires what is due every half minute until the process stops.
pub(crate) async fn run(book: Book, seed: Arc<Seed>, mut stopping: Stopping) {
    loop {
        let next = book
            .now()
            .saturating_add(EVERY)
            .unwrap_or(crossdock_model::Timestamp::MAX);
        tokio::select! {
            () = stopping.stopped() => return,
            () = book.clock().sleep_until(next) => {}
        }
        if let Err(error) = expire_all_due(&book, &seed).await {
            tracing::warn!(%error, "lapsed points could not be taken out; tried again in 30 seconds");
        }
    }
}
