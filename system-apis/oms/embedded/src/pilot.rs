//! What the OMS does by itself: reservations run out, and in the demo the goods move.

use crate::fulfilment::{self, Job};
use crate::hold;
use crate::wire::{PickJob, ShipJob};
use crate::word::JobState;
use crate::work::{self, Step};
use crossdock_books::{Book, VendorError};
use crossdock_runtime::Stopping;
use std::time::Duration;

/// At most so many fulfilment orders move in one transaction.
const AT_ONCE: usize = 64;

/// Expires reservations until the process stops.
pub(crate) async fn expire(book: Book, every: Duration, mut stopping: Stopping) {
    while pause(&book, every, &mut stopping).await {
        let run = book.write(hold::expire_due).await;
        if let Err(error) = run {
            tracing::warn!(%error, "reservations could not be expired; trying again");
        }
    }
}

/// Moves fulfilment orders until the process stops.
pub(crate) async fn fly(book: Book, every: Duration, mut stopping: Stopping) {
    while pause(&book, every, &mut stopping).await {
        if let Err(error) = advance(&book).await {
            tracing::warn!(%error, "fulfilment orders could not be moved; trying again");
        }
    }
}

/// Takes every fulfilment order that may move one step further; answers how many moved.
pub async fn advance(book: &Book) -> Result<usize, VendorError> {
    let jobs = book.read(|books| fulfilment::movable(books, 4096))?;
    let moved = jobs.len();
    let mut jobs = jobs.into_iter().peekable();
    while jobs.peek().is_some() {
        let some: Vec<(String, Job)> = jobs.by_ref().take(AT_ONCE).collect();
        book.write(move |tx| {
            for (merchant, job) in &some {
                if let Some(step) = next(job) {
                    work::take(tx, merchant, &job.no(), &step)?;
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(moved)
}

/// The next step; one that a person has taken meanwhile is repeated, which changes nothing.
fn next(job: &Job) -> Option<Step> {
    match job.state {
        JobState::Open => Some(Step::Accept),
        JobState::Accepted => Some(Step::Pick(PickJob::default())),
        JobState::Picked => Some(Step::Pack),
        JobState::Packed => Some(Step::Ship(ShipJob {
            carrier: "demo-carrier".to_owned(),
            tracking: format!("DC{:010}", job.number),
        })),
        JobState::Shipped | JobState::Rejected | JobState::Incomplete | JobState::Cancelled => None,
    }
}

/// Waits; false when the process stops.
async fn pause(book: &Book, every: Duration, stopping: &mut Stopping) -> bool {
    let now = book.now();
    let then = now.saturating_add(every).unwrap_or(now);
    tokio::select! {
        () = stopping.stopped() => false,
        () = book.clock().sleep_until(then) => true,
    }
}
