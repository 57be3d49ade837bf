//! Settlement: what was accepted arrives, or comes back; what was never captured runs out.

use crate::documents::{self, DocumentKind};
use crate::ledger::{Account, Kind, Movement};
use crate::payments::{Payment, release};
use crate::wire::{DocumentObject, RunSettlements, SettlementsRun};
use crossdock_books::{Book, Entry, Json, Outcome, Tx, VendorError};
use crossdock_model::Timestamp;
use crossdock_runtime::Stopping;
use rusqlite::{OptionalExtension as _, params};
use std::time::Duration;

/// The most documents of one kind that one transaction settles.
const AT_ONCE: usize = 200;
/// How often authorisations that ran out are let go when nothing else wakes the sweeper.
const SWEEP: Duration = Duration::from_mins(1);

/// `POST /v1/settlements/run`: lets the sandbox settle now what would settle later.
pub(crate) async fn run(
    entry: Entry,
    Json(which): Json<RunSettlements>,
) -> Result<Json<SettlementsRun>, VendorError> {
    let mut total = entry
        .write({
            let reference = which.reference.clone();
            move |tx| settle(tx, tx.now(), reference.as_deref())
        })
        .await?;
    loop {
        let more = settle_some(entry.book(), entry.book().now(), which.reference.clone()).await?;
        if more.is_nothing() {
            return Ok(Json(total));
        }
        total.add(&more);
    }
}

impl SettlementsRun {
    fn is_nothing(&self) -> bool {
        self.captures_settled
            + self.refunds_settled
            + self.refunds_failed
            + self.authorisations_expired
            == 0
    }

    fn add(&mut self, more: &Self) {
        self.captures_settled += more.captures_settled;
        self.refunds_settled += more.refunds_settled;
        self.refunds_failed += more.refunds_failed;
        self.authorisations_expired += more.authorisations_expired;
    }
}

async fn settle_some(
    book: &Book,
    accepted_by: Timestamp,
    reference: Option<String>,
) -> Result<SettlementsRun, VendorError> {
    book.write(move |tx| settle(tx, accepted_by, reference.as_deref()))
        .await
}

/// Settles some of what was accepted by then, and lets go what ran out.
fn settle(tx: &Tx<'_>, accepted_by: Timestamp, reference: Option<&str>) -> Outcome<SettlementsRun> {
    let mut run = SettlementsRun::default();
    for capture in documents::unsettled(tx, DocumentKind::Capture, accepted_by, reference, AT_ONCE)?
    {
        settle_capture(tx, capture)?;
        run.captures_settled += 1;
    }
    for refund in documents::unsettled(tx, DocumentKind::Refund, accepted_by, reference, AT_ONCE)? {
        if settle_refund(tx, refund)? {
            run.refunds_settled += 1;
        } else {
            run.refunds_failed += 1;
        }
    }
    if reference.is_none() {
        run.authorisations_expired = expire(tx)?;
    }
    Ok(run)
}

fn settle_capture(tx: &Tx<'_>, mut capture: DocumentObject) -> Outcome<()> {
    let now = tx.now().as_millisecond();
    tx.prepare_cached("UPDATE captures SET status = 'settled', settled = ?2 WHERE id = ?1")?
        .execute(params![capture.id, now])?;
    Movement {
        kind: Kind::CaptureSettled,
        payment: &capture.payment,
        document: &capture.id,
        amount: capture.amount,
        currency: &capture.currency,
    }
    .post(tx)?;
    capture.status = "settled".into();
    capture.settled = Some(now);
    tx.announce(&capture.payment_reference, "capture.settled", &capture)
}

/// Settles a refund, or fails it where the card is that of `tok_refund_fails`; answers whether it settled.
fn settle_refund(tx: &Tx<'_>, mut refund: DocumentObject) -> Outcome<bool> {
    let now = tx.now().as_millisecond();
    let token: Option<String> = tx
        .prepare_cached("SELECT token FROM payments WHERE id = ?1")?
        .query_row([&refund.payment], |row| row.get(0))
        .optional()?;
    let arrives = token.as_deref() != Some("tok_refund_fails");
    let (kind, status, event) = if arrives {
        (Kind::RefundSettled, "settled", "refund.settled")
    } else {
        refund.failure = Some("the cardholder's account is closed".into());
        (Kind::RefundFailed, "failed", "refund.failed")
    };
    let parts = documents::parts(tx, &refund.id, Account::RefundPayable, "refund")?;
    tx.prepare_cached("UPDATE refunds SET status = ?2, settled = ?3, failure = ?4 WHERE id = ?1")?
        .execute(params![
            refund.id,
            status,
            arrives.then_some(now),
            refund.failure
        ])?;
    for (payment, amount) in &parts {
        Movement {
            kind,
            payment,
            document: &refund.id,
            amount: *amount,
            currency: &refund.currency,
        }
        .post(tx)?;
    }
    refund.status = status.into();
    refund.settled = arrives.then_some(now);
    tx.announce(&refund.payment_reference, event, &refund)?;
    Ok(arrives)
}

/// Lets go what is held beyond its time.
fn expire(tx: &Tx<'_>) -> Outcome<u64> {
    let over: Vec<(String, String)> = tx
        .prepare_cached(&format!(
            "SELECT p.merchant_account, p.reference FROM payments p JOIN balances b ON b.payment = p.id \
             WHERE b.held_until <= ?1 AND b.authorised > b.captured + b.cancelled + b.expired \
             LIMIT {AT_ONCE}"
        ))?
        .query_map([tx.now().as_millisecond()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut expired = 0;
    for (account, reference) in over {
        for payment in Payment::all(tx, &account, &reference)? {
            if payment.is_expired(tx.now()) {
                release(tx, &payment, Kind::Expire)?;
                expired += 1;
            }
        }
    }
    Ok(expired)
}

/// What the provider does by itself as time goes by.
#[derive(Debug)]
pub(crate) struct Sweeper {
    book: Book,
    auto_settle: Option<Duration>,
}

impl Sweeper {
    pub(crate) fn new(book: Book, auto_settle: Option<Duration>) -> Self {
        Self { book, auto_settle }
    }

    /// Sweeps until the process stops.
    pub(crate) async fn run(self, mut stopping: Stopping) {
        let every = self.auto_settle.unwrap_or(SWEEP).clamp(TICK, SWEEP);
        while !stopping.is_stopping() {
            if let Err(error) = self.sweep().await {
                tracing::error!(%error, "settlements cannot be run");
            }
            let next = self.book.now().saturating_add(every);
            let next = next.unwrap_or(Timestamp::MAX);
            tokio::select! {
                () = stopping.stopped() => {}
                () = self.book.clock().sleep_until(next) => {}
            }
        }
    }

    /// One round: everything that is due, and not a transaction when nothing is.
    pub(crate) async fn sweep(&self) -> Result<(), VendorError> {
        let now = self.book.now();
        // Without settling by itself nothing was accepted early enough; what ran out still goes.
        let by = self.auto_settle.map_or(Timestamp::MIN, |age| {
            now.saturating_sub(age).unwrap_or(Timestamp::MIN)
        });
        while self.is_due(now, by).await? {
            settle_some(&self.book, by, None).await?;
        }
        Ok(())
    }

    async fn is_due(&self, now: Timestamp, by: Timestamp) -> Result<bool, VendorError> {
        let due = self.book.read(|conn| {
            conn.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM captures WHERE status = 'accepted' AND created <= ?1) \
                 OR EXISTS (SELECT 1 FROM refunds WHERE status = 'accepted' AND created <= ?1) \
                 OR EXISTS (SELECT 1 FROM balances \
                 WHERE held_until <= ?2 AND authorised > captured + cancelled + expired)",
            )?
            .query_row(params![by.as_millisecond(), now.as_millisecond()], |row| {
                row.get(0)
            })
        }).await?;
        Ok(due)
    }
}

/// The shortest time between two sweeps.
const TICK: Duration = Duration::from_millis(200);
