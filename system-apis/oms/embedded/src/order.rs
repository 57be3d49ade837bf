//! An order's rows: written, looked up, counted.

use crate::codes::OrderState;
use crate::stock::{Change, MoveReason, StockKey, change};
use crate::wire::{NewOrder, OrderItem};
use crossdock_books::{Outcome, Tx};
use rusqlite::{Connection, OptionalExtension as _, params};

/// An order as a row of the book.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) merchant: String,
    pub(crate) order_no: String,
    pub(crate) state: OrderState,
    pub(crate) request: String,
    pub(crate) gated: bool,
    pub(crate) tag: Option<String>,
}

/// Writes a new order with its lines, before any of it is sourced.
pub(crate) fn insert(tx: &Tx<'_>, merchant: &str, ask: &NewOrder, request: String) -> Outcome<Row> {
    tx.prepare_cached(
        "INSERT INTO customer_order (merchant, reference, state, request, gated, tag, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        merchant,
        ask.order_no,
        OrderState::Open,
        request,
        ask.gated,
        ask.tag,
        tx.now().as_millisecond()
    ])?;
    let number = tx.last_insert_rowid();
    let mut line = tx.prepare_cached(
        "INSERT INTO order_line (customer_order, item, sku, route, location, quantity, backordered, shipped)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0)",
    )?;
    for item in &ask.items {
        line.execute(params![
            number, item.item, item.sku, item.route, item.node, item.qty
        ])?;
    }
    Ok(Row {
        number,
        merchant: merchant.to_owned(),
        order_no: ask.order_no.clone(),
        state: OrderState::Open,
        request,
        gated: ask.gated,
        tag: ask.tag.clone(),
    })
}

/// The order of a merchant's number.
pub(crate) fn find(
    books: &Connection,
    merchant: &str,
    order_no: &str,
) -> rusqlite::Result<Option<Row>> {
    books
        .prepare_cached(
            "SELECT number, merchant, reference, state, request, gated, tag
             FROM customer_order WHERE merchant = ?1 AND reference = ?2",
        )?
        .query_row([merchant, order_no], read)
        .optional()
}

/// The order of a row.
pub(crate) fn by_number(books: &Connection, number: i64) -> rusqlite::Result<Row> {
    books
        .prepare_cached(
            "SELECT number, merchant, reference, state, request, gated, tag
             FROM customer_order WHERE number = ?1",
        )?
        .query_row([number], read)
}

/// The lines of an order.
pub(crate) fn lines(books: &Connection, number: i64) -> rusqlite::Result<Vec<OrderItem>> {
    let mut query = books.prepare_cached(
        "SELECT item, sku, quantity, backordered, shipped, cancelled FROM order_line
         WHERE customer_order = ?1 ORDER BY id",
    )?;
    let lines = query.query_map([number], |row| {
        Ok(OrderItem {
            item: row.get(0)?,
            sku: row.get(1)?,
            qty: row.get(2)?,
            backordered: row.get(3)?,
            shipped: row.get(4)?,
            cancelled: row.get(5)?,
        })
    })?;
    lines.collect()
}

/// Ends an order of which nothing is open: shipped if some of it is gone, cancelled if nothing ever went.
pub(crate) fn settle(tx: &Tx<'_>, number: i64) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE customer_order SET state = CASE WHEN EXISTS (
           SELECT 1 FROM order_line WHERE customer_order = ?1 AND shipped > 0)
           THEN 'SHIPPED' ELSE 'CANCELLED' END
         WHERE number = ?1 AND NOT EXISTS (
           SELECT 1 FROM order_line WHERE customer_order = ?1 AND shipped + cancelled < quantity)",
    )?
    .execute([number])?;
    Ok(())
}

/// Units of an order wait for stock, or not any more.
pub(crate) fn backorder(tx: &Tx<'_>, order: i64, item: &str, units: i64) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE order_line SET backordered = backordered + ?3
         WHERE customer_order = ?1 AND item = ?2",
    )?
    .execute(params![order, item, units])?;
    Ok(())
}

/// Units of an order that were given up, and how many of them nobody had.
pub(crate) fn give_up(
    tx: &Tx<'_>,
    order: i64,
    item: &str,
    units: u32,
    backordered: u32,
) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE order_line SET cancelled = cancelled + ?3, backordered = backordered - ?4
         WHERE customer_order = ?1 AND item = ?2",
    )?
    .execute(params![order, item, units, backordered])?;
    Ok(())
}

/// Ends a whole order: what has not shipped of it is cancelled, and nothing waits for stock.
pub(crate) fn cancel(tx: &Tx<'_>, number: i64) -> Outcome<()> {
    tx.prepare_cached("UPDATE customer_order SET state = ?2 WHERE number = ?1")?
        .execute(params![number, OrderState::Cancelled])?;
    tx.prepare_cached(
        "UPDATE order_line SET backordered = 0, cancelled = quantity - shipped
         WHERE customer_order = ?1",
    )?
    .execute([number])?;
    Ok(())
}

/// Units of an order are promised by a location, or not any more.
pub(crate) fn allocate(
    tx: &Tx<'_>,
    row: &Row,
    at: StockKey<'_>,
    units: i64,
    cause: &'static str,
) -> Outcome<()> {
    let by = Change {
        allocated: units,
        ..Change::default()
    };
    let why = MoveReason {
        cause,
        merchant: &row.merchant,
        reference: &row.order_no,
    };
    change(tx, at, by, why)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        number: row.get(0)?,
        merchant: row.get(1)?,
        order_no: row.get(2)?,
        state: row.get(3)?,
        request: row.get(4)?,
        gated: row.get(5)?,
        tag: row.get(6)?,
    })
}
