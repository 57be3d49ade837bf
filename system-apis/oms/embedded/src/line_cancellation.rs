//! Line cancellations: units of an order given up before they are packed, all that are asked or none.

use crate::unpacked::{self, Unpacked};
use crate::wire::{CancelledItem, LineCancellation, NewLineCancellation, OrderItem, Part};
use crate::{check, number, order};
use crossdock_books::{Outcome, Tx, VendorError};
use rusqlite::{Connection, OptionalExtension as _, params};

/// Gives up what is asked, or answers what was given up before under the same number.
pub(crate) fn cancel(
    tx: &Tx<'_>,
    merchant: &str,
    order_no: &str,
    ask: &NewLineCancellation,
) -> Outcome<LineCancellation> {
    check::order_no(&ask.cancellation_no)?;
    check::cancelled_items(&ask.items)?;
    // The order's number is in the path, and as much of the content as the items are.
    let request = check::kept(&(order_no, ask))?;
    if let Some((kept, cancelled)) = find(tx, merchant, &ask.cancellation_no)? {
        check::same("line cancellation", &ask.cancellation_no, &kept, &request)?;
        tx.effect("line-cancellation", &cancelled.number);
        return Ok(cancelled);
    }
    let Some(order) = order::find(tx, merchant, order_no)? else {
        return Err(VendorError::not_found(&format!("order {order_no}")).into());
    };
    let lines = order::lines(tx, order.number)?;
    let mut fulfilments = unpacked::of_order(tx, order.number)?;
    let parts = chosen(&lines, &ask.items, &mut fulfilments)?;
    let number = insert(tx, &order, &ask.cancellation_no, &request)?;
    for fulfilment in fulfilments {
        fulfilment.give_up(tx, &order, number)?;
    }
    for part in &parts {
        keep(tx, number, part)?;
        let backordered = part.asked.saturating_sub(part.got);
        order::give_up(tx, order.number, &part.item, part.asked, backordered)?;
    }
    order::settle(tx, order.number)?;
    match find(tx, merchant, &ask.cancellation_no)? {
        Some((_, cancelled)) => {
            tx.effect("line-cancellation", &cancelled.number);
            Ok(cancelled)
        }
        None => Err(VendorError::not_found("line cancellation").into()),
    }
}

/// A line cancellation by its merchant's number, with the request that made it.
pub(crate) fn find(
    books: &Connection,
    merchant: &str,
    cancellation_no: &str,
) -> rusqlite::Result<Option<(String, LineCancellation)>> {
    let found = books
        .prepare_cached(
            "SELECT c.number, c.request, o.reference
             FROM line_cancellation c JOIN customer_order o ON o.number = c.customer_order
             WHERE c.merchant = ?1 AND c.reference = ?2",
        )?
        .query_row([merchant, cancellation_no], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        })
        .optional()?;
    let Some((number, request, order_no)) = found else {
        return Ok(None);
    };
    let parts = parts(books, number)?;
    let cancelled = LineCancellation {
        number: number::written(number::LINE_CANCELLATION, number),
        cancellation_no: cancellation_no.to_owned(),
        order_no,
        items: asked(&parts),
        parts: parts.into_iter().filter(|part| part.got > 0).collect(),
    };
    Ok(Some((request, cancelled)))
}

/// Chooses the units that are given up, before anything is written; refuses where there are not as many.
fn chosen(
    lines: &[OrderItem],
    items: &[CancelledItem],
    fulfilments: &mut [Unpacked],
) -> Result<Vec<Part>, VendorError> {
    let mut parts = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Some(line) = lines.iter().find(|line| line.item == item.item) else {
            let wrong = "the order has no such item";
            return Err(check::invalid_item(index, &item.item, wrong));
        };
        parts.extend(taken(line, item.qty, fulfilments)?);
    }
    Ok(parts)
}

/// Units of one item: first those that nobody has, then those of the fulfilment orders in their turn.
fn taken(
    line: &OrderItem,
    asked: u32,
    fulfilments: &mut [Unpacked],
) -> Result<Vec<Part>, VendorError> {
    let part = |node: Option<&str>, units: u32| Part {
        item: line.item.clone(),
        sku: line.sku.clone(),
        node: node.map(str::to_owned),
        asked: units,
        got: if node.is_some() { units } else { 0 },
    };
    let mut parts = Vec::new();
    let backordered = asked.min(line.backordered);
    if backordered > 0 {
        parts.push(part(None, backordered));
    }
    let mut missing = asked.saturating_sub(backordered);
    for fulfilment in fulfilments {
        let units = fulfilment.take(&line.item, missing);
        if units > 0 {
            parts.push(part(Some(fulfilment.node()), units));
            missing = missing.saturating_sub(units);
        }
    }
    if missing > 0 {
        return Err(refused(&line.item, asked, asked.saturating_sub(missing)));
    }
    Ok(parts)
}

/// The refusal of more units than may be given up.
fn refused(item: &str, asked: u32, left: u32) -> VendorError {
    let verb = if left == 1 { "is" } else { "are" };
    let message = format!(
        "item {item}: {asked} asked, {left} {verb} not packed yet: \
         ask for no more, or take the goods back instead"
    );
    VendorError::conflict("cancel_refused", message)
}

fn insert(tx: &Tx<'_>, order: &order::Row, cancellation_no: &str, request: &str) -> Outcome<i64> {
    tx.prepare_cached(
        "INSERT INTO line_cancellation (merchant, reference, request, customer_order, at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        order.merchant,
        cancellation_no,
        request,
        order.number,
        tx.now().as_millisecond()
    ])?;
    Ok(tx.last_insert_rowid())
}

fn keep(tx: &Tx<'_>, number: i64, part: &Part) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO line_cancellation_part (line_cancellation, item, sku, location, quantity)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![number, part.item, part.sku, part.node, part.asked])?;
    Ok(())
}

/// What was given up, part by part; one without a location had no stock.
fn parts(books: &Connection, number: i64) -> rusqlite::Result<Vec<Part>> {
    let mut query = books.prepare_cached(
        "SELECT item, sku, location, quantity FROM line_cancellation_part
         WHERE line_cancellation = ?1 ORDER BY id",
    )?;
    let parts = query.query_map([number], |row| {
        let node: Option<String> = row.get(2)?;
        let units: u32 = row.get(3)?;
        Ok(Part {
            item: row.get(0)?,
            sku: row.get(1)?,
            got: if node.is_some() { units } else { 0 },
            node,
            asked: units,
        })
    })?;
    parts.collect()
}

/// What was asked, item by item; the parts of an item follow one another.
fn asked(parts: &[Part]) -> Vec<CancelledItem> {
    let mut items: Vec<CancelledItem> = Vec::new();
    for part in parts {
        match items.last_mut() {
            Some(last) if last.item == part.item => last.qty += part.asked,
            _another_item => items.push(CancelledItem {
                item: part.item.clone(),
                qty: part.asked,
            }),
        }
    }
    items
}
