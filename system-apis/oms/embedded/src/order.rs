//! Orders: what a merchant handed over, and what of it is where.

use crate::fulfilment;
use crate::hold;
use crate::number;
use crate::sourcing::Stockroom;
use crate::stock::{At, Change, Why, change};
use crate::wire::{Freed, Item, NewOrder, Order, OrderItem, Part};
use crate::word::{HoldState, JobState, OrderState, Route};
use crate::{check, wire};
use crossdock_books::{Outcome, Tx, VendorError};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;

/// An order's row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) merchant: String,
    pub(crate) order_no: String,
    pub(crate) state: OrderState,
    request: String,
    pub(crate) gated: bool,
    pub(crate) tag: Option<String>,
}

/// Takes an order on, or answers the one that was taken on before under the same number.
pub(crate) fn create(tx: &Tx<'_>, merchant: &str, ask: &NewOrder) -> Outcome<Order> {
    check::order_no(&ask.order_no)?;
    check::items(&ask.items)?;
    let request = check::kept(&NewOrder {
        tag: None,
        ..ask.clone()
    })?;
    if let Some(row) = find(tx, merchant, &ask.order_no)? {
        check::same("order", &row.order_no, &row.request, &request)?;
        if row.state == OrderState::Cancelled {
            return Err(check::tombstoned("order", &row.order_no).into());
        }
        tx.effect("order", number::written(number::ORDER, row.number));
        return Ok(view(tx, &row)?);
    }
    check::no_tombstone(tx, merchant, "order", &ask.order_no)?;
    Stockroom::load(tx, &ask.items)?.check_known(&ask.items)?;
    for node in ask.items.iter().filter_map(|item| item.node.as_deref()) {
        check::node(tx, node)?;
    }
    hold::expire_due(tx)?;
    let reserved = take_over(tx, merchant, &ask.order_no)?;
    let row = insert(tx, merchant, ask, request)?;
    let parcels = source(tx, &row, &ask.items, &reserved)?;
    for (node, items) in parcels.shipped {
        fulfilment::open(tx, &row, &node, &items, 1)?;
    }
    for (node, items) in parcels.sold {
        fulfilment::hand_over(tx, &row, &node, &items)?;
    }
    tx.effect("order", number::written(number::ORDER, row.number));
    settle(tx, row.number)?;
    match find(tx, merchant, &ask.order_no)? {
        Some(row) => Ok(view(tx, &row)?),
        None => Err(VendorError::not_found("order").into()),
    }
}

/// Cancels an order that is packed nowhere; where there is none, none can come any more.
pub(crate) fn cancel(tx: &Tx<'_>, merchant: &str, order_no: &str) -> Outcome<Freed> {
    check::order_no(order_no)?;
    let Some(row) = find(tx, merchant, order_no)? else {
        check::tombstone(tx, merchant, "order", order_no)?;
        return Ok(Freed {
            number: None,
            order_no: order_no.to_owned(),
            parts: Vec::new(),
        });
    };
    let jobs = fulfilment::of_order(tx, row.number)?;
    let gone = jobs
        .iter()
        .find(|job| matches!(job.state, JobState::Packed | JobState::Shipped));
    if let Some(job) = gone {
        let message = format!(
            "{} is {}: take the goods back instead",
            job.no(),
            job.state.as_str()
        );
        return Err(VendorError::conflict("cancel_refused", message).into());
    }
    for job in &jobs {
        fulfilment::cancel(tx, &row, job)?;
    }
    tx.prepare_cached("UPDATE customer_order SET state = ?2 WHERE number = ?1")?
        .execute(params![row.number, OrderState::Cancelled])?;
    tx.effect("cancellation", number::written(number::ORDER, row.number));
    Ok(Freed {
        number: Some(number::written(number::ORDER, row.number)),
        order_no: order_no.to_owned(),
        parts: given_back(tx, row.number)?,
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

/// An order as it is shown.
pub(crate) fn view(books: &Connection, row: &Row) -> rusqlite::Result<Order> {
    let fulfilments = fulfilment::of_order(books, row.number)?
        .iter()
        .map(|job| fulfilment::view(books, job))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Order {
        number: number::written(number::ORDER, row.number),
        order_no: row.order_no.clone(),
        state: row.state,
        items: lines(books, row.number)?,
        fulfilments,
    })
}

/// The lines of an order.
pub(crate) fn lines(books: &Connection, number: i64) -> rusqlite::Result<Vec<OrderItem>> {
    let mut query = books.prepare_cached(
        "SELECT item, sku, quantity, backordered, shipped FROM order_line
         WHERE customer_order = ?1 ORDER BY id",
    )?;
    let lines = query.query_map([number], |row| {
        Ok(OrderItem {
            item: row.get(0)?,
            sku: row.get(1)?,
            qty: row.get(2)?,
            backordered: row.get(3)?,
            shipped: row.get(4)?,
        })
    })?;
    lines.collect()
}

/// Marks an order as shipped once all of it is gone.
pub(crate) fn settle(tx: &Tx<'_>, number: i64) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE customer_order SET state = 'SHIPPED' WHERE number = ?1 AND NOT EXISTS (
           SELECT 1 FROM order_line WHERE customer_order = ?1 AND shipped < quantity)",
    )?
    .execute([number])?;
    Ok(())
}

/// Units of an order that nobody has.
pub(crate) fn backorder(tx: &Tx<'_>, order: i64, item: &str, units: u32) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE order_line SET backordered = backordered + ?3
         WHERE customer_order = ?1 AND item = ?2",
    )?
    .execute(params![order, item, units])?;
    Ok(())
}

/// Units of an order are promised by a location, or not any more.
pub(crate) fn allocate(
    tx: &Tx<'_>,
    row: &Row,
    at: At<'_>,
    units: i64,
    cause: &'static str,
) -> Outcome<()> {
    let by = Change {
        allocated: units,
        ..Change::default()
    };
    let why = Why {
        cause,
        merchant: &row.merchant,
        reference: &row.order_no,
    };
    change(tx, at, by, why)
}

/// What locations are asked to ship, and what a till has handed over already.
#[derive(Debug, Default)]
struct Parcels {
    shipped: BTreeMap<String, Vec<wire::Units>>,
    sold: BTreeMap<String, Vec<wire::Units>>,
}

/// Finds a location for every unit: first what was reserved, then what is free, then nobody.
fn source(tx: &Tx<'_>, row: &Row, items: &[Item], reserved: &[Part]) -> Outcome<Parcels> {
    // Loaded after the reservation was given back, so what it held is taken from the shelf again.
    let mut room = Stockroom::load(tx, items)?;
    let mut parcels = Parcels::default();
    let mut held: BTreeMap<&str, Vec<Part>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.route != Route::Till) {
        let parts = reserved
            .iter()
            .filter(|part| part.item == item.item && part.sku == item.sku);
        held.insert(&item.item, room.take_reserved(item, parts));
    }
    for item in items {
        let units = |qty| wire::Units {
            item: item.item.clone(),
            sku: item.sku.clone(),
            qty,
        };
        if let (Route::Till, Some(node)) = (item.route, &item.node) {
            parcels
                .sold
                .entry(node.clone())
                .or_default()
                .push(units(item.qty));
            continue;
        }
        let mut parts = held.remove(item.item.as_str()).unwrap_or_default();
        let got: u32 = parts.iter().map(|part| part.got).sum();
        parts.extend(room.take(item, item.qty.saturating_sub(got), &[]));
        let mut by_node: BTreeMap<String, u32> = BTreeMap::new();
        for part in parts {
            match part.node {
                Some(node) => *by_node.entry(node).or_default() += part.got,
                None => backorder(tx, row.number, &item.item, part.asked)?,
            }
        }
        for (node, qty) in by_node {
            allocate(
                tx,
                row,
                At::sellable(&item.sku, &node),
                i64::from(qty),
                "allocate",
            )?;
            parcels.shipped.entry(node).or_default().push(units(qty));
        }
    }
    Ok(parcels)
}

/// What the order's reservation holds; it ends with that.
fn take_over(tx: &Tx<'_>, merchant: &str, order_no: &str) -> Outcome<Vec<Part>> {
    match hold::find(tx, merchant, order_no)? {
        Some(row) if row.state == HoldState::Held => {
            hold::end(tx, &row, HoldState::Consumed)?;
            Ok(hold::parts(tx, row.number)?)
        }
        _none_or_ended => Ok(Vec::new()),
    }
}

fn insert(tx: &Tx<'_>, merchant: &str, ask: &NewOrder, request: String) -> Outcome<Row> {
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

/// What the cancelled fulfilment orders of an order had promised.
fn given_back(books: &Connection, number: i64) -> rusqlite::Result<Vec<Part>> {
    let mut query = books.prepare_cached(
        "SELECT l.item, l.sku, f.location, coalesce(l.picked, l.quantity)
         FROM fulfilment_order f JOIN fulfilment_line l ON l.fulfilment_order = f.number
         WHERE f.customer_order = ?1 AND f.state = 'CANCELLED' ORDER BY l.id",
    )?;
    let parts = query.query_map([number], |row| {
        let units: u32 = row.get(3)?;
        Ok(Part {
            item: row.get(0)?,
            sku: row.get(1)?,
            node: row.get(2)?,
            asked: units,
            got: units,
        })
    })?;
    parts.collect()
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
