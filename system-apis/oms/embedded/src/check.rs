//! What every write checks first: readable requests, natural keys, tombstones.

use crate::codes::Route;
use crate::wire::{CancelledItem, Item};
use crossdock_books::{Outcome, Tx, VendorError};
use rusqlite::{Connection, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::BTreeSet;

/// Reservations live for a day at most.
const LONGEST_HOLD: u32 = 86_400;

/// An order number, or another number of a merchant's, of 1 to 64 characters.
pub(crate) fn order_no(text: &str) -> Result<(), VendorError> {
    if text.is_empty() || text.len() > 64 {
        let message = "an order, return or cancellation number has 1 to 64 characters";
        return Err(VendorError::bad_request("invalid_number", message));
    }
    Ok(())
}

/// At least one item, each with a quantity and a name of its own, with a node where the route needs one.
pub(crate) fn items(items: &[Item]) -> Result<(), VendorError> {
    if items.is_empty() {
        return Err(no_items());
    }
    let mut seen = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        let needs_node = match item.route {
            Route::Collect | Route::Till => true,
            Route::StoreFirst | Route::WarehouseFirst => false,
        };
        let wrong = match wrong_units(&mut seen, &item.item, item.qty) {
            None if needs_node && item.node.is_none() => Some("its route needs a node"),
            wrong => wrong,
        };
        if let Some(wrong) = wrong {
            return Err(invalid_item(index, &item.item, wrong));
        }
    }
    Ok(())
}

/// At least one item to cancel units of, each with a quantity and named once.
pub(crate) fn cancelled_items(items: &[CancelledItem]) -> Result<(), VendorError> {
    if items.is_empty() {
        return Err(no_items());
    }
    let mut seen = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        if let Some(wrong) = wrong_units(&mut seen, &item.item, item.qty) {
            return Err(invalid_item(index, &item.item, wrong));
        }
    }
    Ok(())
}

/// The refusal of one item, with its place among the items.
pub(crate) fn invalid_item(index: usize, item: &str, wrong: &str) -> VendorError {
    VendorError::unprocessable("invalid_items", format!("item {item}: {wrong}"))
        .with_details(json!({ "index": index, "problem": wrong }))
}

fn no_items() -> VendorError {
    let message = "there are no items: send at least one";
    VendorError::bad_request("invalid_items", message)
}

/// What is wrong with the quantity of an item or with its name, which no other item may have.
fn wrong_units<'a>(seen: &mut BTreeSet<&'a str>, item: &'a str, qty: u32) -> Option<&'static str> {
    if qty == 0 || qty > 1_000_000 {
        Some("its quantity is not 1 to 1000000")
    } else if !seen.insert(item) {
        Some("another item has the same name")
    } else {
        None
    }
}

/// A time within a day.
pub(crate) fn ttl(seconds: u32) -> Result<(), VendorError> {
    if seconds == 0 || seconds > LONGEST_HOLD {
        let message = format!("a reservation lives 1 to {LONGEST_HOLD} seconds, not {seconds}");
        return Err(VendorError::bad_request("invalid_ttl", message));
    }
    Ok(())
}

/// Refuses a location that the book does not know.
pub(crate) fn node(books: &Connection, code: &str) -> Outcome<()> {
    let known: bool = books
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM location WHERE code = ?1)")?
        .query_row([code], |row| row.get(0))?;
    if known {
        return Ok(());
    }
    let message = format!("there is no node {code}: see GET /books/location");
    Err(VendorError::unprocessable("unknown_node", message).into())
}

/// A request as it is kept beside its effect, to distinguish a repetition from another request.
pub(crate) fn kept(request: &impl Serialize) -> Result<String, VendorError> {
    serde_json::to_string(request)
        .map_err(|error| VendorError::bad_request("unreadable_body", error.to_string()))
}

/// A request as it was kept.
pub(crate) fn read<T: DeserializeOwned>(kept: &str) -> Result<T, VendorError> {
    serde_json::from_str(kept)
        .map_err(|error| VendorError::bad_request("unreadable_body", error.to_string()))
}

/// The same natural key with other content is somebody's mistake.
pub(crate) fn same(what: &str, number: &str, first: &str, now: &str) -> Result<(), VendorError> {
    if first == now {
        return Ok(());
    }
    let message = format!("the {what} of {number} exists with other content: use another number");
    Err(VendorError::conflict("reference_reused", message))
}

/// Marks that an undo came first.
pub(crate) fn tombstone(tx: &Tx<'_>, merchant: &str, kind: &str, number: &str) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO tombstone (merchant, kind, reference, at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![merchant, kind, number, tx.now().as_millisecond()])?;
    tx.effect("tombstone", number);
    Ok(())
}

/// Refuses what was undone before it was done.
pub(crate) fn no_tombstone(
    books: &Connection,
    merchant: &str,
    kind: &str,
    number: &str,
) -> Outcome<()> {
    let found: bool = books
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM tombstone
             WHERE merchant = ?1 AND kind = ?2 AND reference = ?3)",
        )?
        .query_row([merchant, kind, number], |row| row.get(0))?;
    if found {
        return Err(tombstoned(kind, number).into());
    }
    Ok(())
}

/// The refusal of what was undone.
pub(crate) fn tombstoned(what: &str, number: &str) -> VendorError {
    let message = format!("the {what} of {number} was undone: it cannot come any more");
    VendorError::conflict("tombstoned", message)
}
