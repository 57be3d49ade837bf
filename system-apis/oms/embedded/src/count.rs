//! Counts: what somebody found on a shelf takes the place of what the books said of it.

use crate::stock::{self, Change, MoveReason, StockKey, change};
use crate::wire::{NewCount, StockRow};
use crate::{backorder, check, hold, sourcing};
use crossdock_books::{Outcome, Tx, VendorError};

/// The most units that a count may name.
const MOST: u32 = 1_000_000;

/// Books what was counted, and gives it to those who wait for it; the same count again changes nothing.
///
/// Nothing is blocked any more, and fewer units may be on hand than are promised: that is the truth then.
pub(crate) fn book(tx: &Tx<'_>, merchant: &str, ask: &NewCount) -> Outcome<StockRow> {
    check_units(ask.counted)?;
    check::node(tx, &ask.node)?;
    if !stock::is_known(tx, &ask.sku)? {
        return Err(sourcing::unknown_sku(0, &ask.sku).into());
    }
    // A reservation that ran out holds nothing back from those who wait.
    hold::expire_due(tx)?;
    let why = MoveReason {
        cause: "count",
        merchant,
        reference: &ask.node,
    };
    let sellable = StockKey::sellable(&ask.sku, &ask.node);
    let counted = i64::from(ask.counted);
    let said = stock::by_key(tx, sellable)?.map(|row| row.on_hand);
    // Where the node never had the SKU a count of 0 is written too: there is a shelf to answer with then.
    if said != Some(counted) {
        correct(tx, sellable, counted - said.unwrap_or(0), why)?;
    }
    let blocked = StockKey::blocked(&ask.sku, &ask.node);
    let kept_back = stock::by_key(tx, blocked)?.map_or(0, |row| row.on_hand);
    if kept_back != 0 {
        correct(tx, blocked, -kept_back, why)?;
    }
    backorder::serve(tx, Some(&ask.sku))?;
    tx.effect("count", format!("{}/{}", ask.node, ask.sku));
    let levels = stock::answer(tx, &[ask.sku.as_str()], tx.now())?;
    let shelf = levels.stock.into_iter().find(|row| row.node == ask.node);
    shelf.ok_or_else(|| VendorError::not_found("shelf").into())
}

fn check_units(counted: u32) -> Result<(), VendorError> {
    if counted > MOST {
        let message = format!("counted is {counted}: send the units on the shelf, 0 to {MOST}");
        return Err(VendorError::unprocessable("invalid_count", message));
    }
    Ok(())
}

/// More or less is on hand than the book said.
fn correct(tx: &Tx<'_>, at: StockKey<'_>, units: i64, why: MoveReason<'_>) -> Outcome<()> {
    let by = Change {
        on_hand: units,
        ..Change::default()
    };
    change(tx, at, by, why)
}
