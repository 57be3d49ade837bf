//! Backorders: units that no location had get stock as soon as there is some, those of the oldest order first.
//!
//! A placed order is never refused, so lines of it may wait. A count and a receipt serve the lines that wait
//! for their SKU; stock that becomes free in another way, by a cancellation or a reservation that ran out, is
//! given to them by a background task.

use crate::codes::SELLABLE;
use crate::wire::Item;
use crate::{fulfilment, order, resourcing};
use crossdock_books::{Book, Outcome, Tx, VendorError};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// The most lines that one transaction serves.
const AT_ONCE: u32 = 500;

/// Gives lines of any SKU what is free for them; writes nothing where there is nothing to give.
pub(crate) async fn serve_all(book: &Book) -> Result<(), VendorError> {
    if book.read(is_something_due).await? {
        book.write(|tx| serve(tx, None)).await?;
    }
    Ok(())
}

/// Gives lines what is free for them and asks the locations for it: lines of one SKU, or of any.
pub(crate) fn serve(tx: &Tx<'_>, sku: Option<&str>) -> Outcome<()> {
    for (number, items) in waiting(tx, sku, AT_ONCE)? {
        let mut plan = resourcing::search(tx, number, &items)?;
        if plan.elsewhere.is_empty() {
            // An older order took it.
            continue;
        }
        // What is still missing waits already.
        plan.backordered.clear();
        for units in plan.elsewhere.values().flatten() {
            order::backorder(tx, number, &units.item, -i64::from(units.qty))?;
        }
        let fulfilments = fulfilment::of_order(tx, number)?;
        let attempts = fulfilments.iter().map(|fulfilment| fulfilment.attempt);
        let attempt = attempts.max().unwrap_or(0) + 1;
        let order = order::by_number(tx, number)?;
        resourcing::carry_out(tx, &order, attempt, plan)?;
    }
    Ok(())
}

/// Whether something is free for a line that waits, for readers that cannot write.
fn is_something_due(books: &Connection) -> rusqlite::Result<bool> {
    Ok(!waiting(books, None, 1)?.is_empty())
}

/// The oldest lines that wait and for which something is free, by order, each with the units that it waits for.
///
/// A line that no free stock helps is left out: many of them would hide the newer ones behind them for ever.
fn waiting(
    books: &Connection,
    sku: Option<&str>,
    limit: u32,
) -> rusqlite::Result<BTreeMap<i64, Vec<Item>>> {
    // The index and the order of the tables are named, because the planner would read every line there is.
    let mut query = books.prepare_cached(
        "SELECT w.customer_order, w.item, w.sku, w.backordered, w.location, w.route
         FROM order_line w INDEXED BY order_line_backordered
           CROSS JOIN customer_order o ON o.number = w.customer_order
         WHERE w.backordered > 0 AND o.state = 'OPEN' AND (?1 IS NULL OR w.sku = ?1) AND EXISTS (
           SELECT 1 FROM stock s JOIN location l ON l.code = s.location
           WHERE s.sku = w.sku AND s.condition = ?2 AND s.on_hand > s.reserved + s.allocated
             AND (w.location IS NULL OR w.location = s.location) AND NOT EXISTS (
               SELECT 1 FROM fulfilment_order f
               WHERE f.customer_order = w.customer_order AND f.location = s.location
                 AND (f.state IN ('REJECTED', 'INCOMPLETE') OR f.short = 1)))
         ORDER BY w.id LIMIT ?3",
    )?;
    let lines = query.query_map(params![sku, SELLABLE, limit], |row| {
        let item = Item {
            item: row.get(1)?,
            sku: row.get(2)?,
            qty: row.get(3)?,
            node: row.get(4)?,
            route: row.get(5)?,
        };
        Ok((row.get::<_, i64>(0)?, item))
    })?;
    let mut orders: BTreeMap<i64, Vec<Item>> = BTreeMap::new();
    for line in lines {
        let (order, item) = line?;
        orders.entry(order).or_default().push(item);
    }
    Ok(orders)
}
