//! Receipts: returned goods booked in at any location, under the condition they are in.

use crate::codes::Disposition;
use crate::stock::{Change, MoveReason};
use crate::wire::{BookedItem, NewReceipt, Receipt};
use crate::{backorder, check, number, sourcing, stock};
use crossdock_books::{Outcome, Tx, VendorError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeSet;

/// Books goods in, or answers what was booked in before under the same return number.
pub(crate) fn book(tx: &Tx<'_>, merchant: &str, ask: &NewReceipt) -> Outcome<Receipt> {
    check::order_no(&ask.return_no)?;
    check_items(tx, ask)?;
    let request = check::kept(ask)?;
    if let Some((kept, receipt)) = find(tx, merchant, &ask.return_no)? {
        check::same("receipt", &ask.return_no, &kept, &request)?;
        tx.effect("receipt", &receipt.number);
        return Ok(receipt);
    }
    book_in(tx, merchant, ask, &request)?;
    for sku in restocked(ask) {
        backorder::serve(tx, Some(sku))?;
    }
    match find(tx, merchant, &ask.return_no)? {
        Some((_, receipt)) => {
            tx.effect("receipt", &receipt.number);
            Ok(receipt)
        }
        None => Err(VendorError::not_found("receipt").into()),
    }
}

/// Writes the receipt with its lines, and puts the goods where they belong.
fn book_in(tx: &Tx<'_>, merchant: &str, ask: &NewReceipt, request: &str) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO receipt (merchant, reference, request, order_reference, location, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        merchant,
        ask.return_no,
        request,
        ask.order_no,
        ask.node,
        tx.now().as_millisecond()
    ])?;
    let number = tx.last_insert_rowid();
    for item in &ask.items {
        let condition = item.disposition.condition();
        tx.prepare_cached(
            "INSERT INTO receipt_line (receipt, item, sku, quantity, disposition, condition)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            number,
            item.item,
            item.sku,
            item.qty,
            item.disposition,
            condition
        ])?;
        let at = stock::StockKey {
            sku: &item.sku,
            node: &ask.node,
            condition,
        };
        let by = Change {
            on_hand: i64::from(item.qty),
            ..Change::default()
        };
        let why = MoveReason {
            cause: "receipt",
            merchant,
            reference: &ask.return_no,
        };
        stock::change(tx, at, by, why)?;
    }
    Ok(())
}

/// A receipt by its return number, with the request that made it.
pub(crate) fn find(
    books: &Connection,
    merchant: &str,
    return_no: &str,
) -> rusqlite::Result<Option<(String, Receipt)>> {
    let found = books
        .prepare_cached(
            "SELECT number, request, order_reference, location, at FROM receipt
             WHERE merchant = ?1 AND reference = ?2",
        )?
        .query_row([merchant, return_no], |row| {
            let receipt = Receipt {
                number: number::written(number::RECEIPT, row.get(0)?),
                return_no: return_no.to_owned(),
                order_no: row.get(2)?,
                node: row.get(3)?,
                items: Vec::new(),
                at: Timestamp::from_millisecond(row.get(4)?).unwrap_or(Timestamp::MAX),
            };
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, receipt))
        })
        .optional()?;
    let Some((number, request, mut receipt)) = found else {
        return Ok(None);
    };
    let mut query = books.prepare_cached(
        "SELECT item, sku, quantity, disposition, condition FROM receipt_line
         WHERE receipt = ?1 ORDER BY id",
    )?;
    let items = query.query_map([number], |row| {
        Ok(BookedItem {
            item: row.get(0)?,
            sku: row.get(1)?,
            qty: row.get(2)?,
            disposition: row.get(3)?,
            condition: row.get(4)?,
        })
    })?;
    receipt.items = items.collect::<rusqlite::Result<_>>()?;
    Ok(Some((request, receipt)))
}

/// Goods are real whatever the order says, but the SKU and the place must be known.
fn check_items(tx: &Tx<'_>, ask: &NewReceipt) -> Outcome<()> {
    if ask.items.is_empty() {
        let message = "there are no items: send at least one";
        return Err(VendorError::bad_request("invalid_items", message).into());
    }
    check::node(tx, &ask.node)?;
    for (index, item) in ask.items.iter().enumerate() {
        if item.qty == 0 {
            let message = format!("item {}: its quantity is 0", item.item);
            return Err(VendorError::unprocessable("invalid_items", message).into());
        }
        if !stock::is_known(tx, &item.sku)? {
            return Err(sourcing::unknown_sku(index, &item.sku).into());
        }
    }
    Ok(())
}

/// The SKUs of which there is more to sell now, each once.
fn restocked(ask: &NewReceipt) -> BTreeSet<&str> {
    let items = ask.items.iter();
    let restocked = items.filter(|item| item.disposition == Disposition::Restock);
    restocked.map(|item| item.sku.as_str()).collect()
}
