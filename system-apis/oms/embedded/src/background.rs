//! The OMS's background tasks: reservations run out, backorders get stock, and in the demo the goods move.

use crate::backorder;
use crate::codes::FulfilmentState;
use crate::fulfilment::{self, FulfilmentOrder};
use crate::hold;
use crate::wire::{PickRequest, ShipRequest};
use crate::work::{self, Step};
use crossdock_books::{Book, VendorError};
use crossdock_runtime::Stopping;
use std::time::Duration;

/// The most fulfilment orders that one transaction moves.
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

/// Gives backordered lines the stock that became free, until the process stops.
pub(crate) async fn serve_backorders(book: Book, every: Duration, mut stopping: Stopping) {
    while pause(&book, every, &mut stopping).await {
        if let Err(error) = backorder::serve_all(&book).await {
            tracing::warn!(%error, "backordered lines could not be given stock; trying again");
        }
    }
}

/// Moves fulfilment orders one step at a time until the process stops, in place of people.
pub(crate) async fn auto_pilot(book: Book, every: Duration, mut stopping: Stopping) {
    while pause(&book, every, &mut stopping).await {
        if let Err(error) = advance(&book).await {
            tracing::warn!(%error, "fulfilment orders could not be moved; trying again");
        }
    }
}

/// Takes every fulfilment order that may move one step further; answers how many moved.
pub async fn advance(book: &Book) -> Result<usize, VendorError> {
    let fulfilments = book.read(|books| fulfilment::movable(books, 4096)).await?;
    let moved = fulfilments.len();
    let mut fulfilments = fulfilments.into_iter().peekable();
    while fulfilments.peek().is_some() {
        let some: Vec<(String, FulfilmentOrder)> = fulfilments.by_ref().take(AT_ONCE).collect();
        book.write(move |tx| {
            for (merchant, fulfilment) in &some {
                if let Some(step) = next(fulfilment) {
                    work::take(tx, merchant, &fulfilment.no(), &step)?;
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(moved)
}

/// The next step; one that a person has taken meanwhile is repeated, which changes nothing.
fn next(fulfilment: &FulfilmentOrder) -> Option<Step> {
    match fulfilment.state {
        FulfilmentState::Open => Some(Step::Accept),
        FulfilmentState::Accepted => Some(Step::Pick(PickRequest::default())),
        FulfilmentState::Picked => Some(Step::Pack),
        FulfilmentState::Packed => Some(Step::Ship(ShipRequest {
            carrier: "demo-carrier".to_owned(),
            tracking: format!("DC{:010}", fulfilment.number),
        })),
        FulfilmentState::Shipped
        | FulfilmentState::Rejected
        | FulfilmentState::Incomplete
        | FulfilmentState::Cancelled => None,
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
