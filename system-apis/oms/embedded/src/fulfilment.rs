//! A fulfilment order's rows: opened, looked up, shown, announced.

use crate::codes::FulfilmentState;
use crate::number;
use crate::order;
use crate::stock::{Change, MoveReason, StockKey, change};
use crate::wire::{Fulfilment, FulfilmentItem, Parcel, Units, WebhookData};
use crossdock_books::{Outcome, Tx, VendorError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// A fulfilment order as a row of the book.
#[derive(Debug, Clone)]
pub(crate) struct FulfilmentOrder {
    pub(crate) number: i64,
    pub(crate) order: i64,
    pub(crate) node: String,
    pub(crate) state: FulfilmentState,
    pub(crate) version: u32,
    pub(crate) attempt: u32,
    pub(crate) authorised: bool,
    pub(crate) reason: Option<String>,
}

impl FulfilmentOrder {
    /// Its number as people write it.
    pub(crate) fn no(&self) -> String {
        number::written(number::FULFILMENT, self.number)
    }
}

const COLUMNS: &str =
    "SELECT number, customer_order, location, state, version, attempt, authorised, reason
     FROM fulfilment_order";

/// Asks a location for a part of an order; its stock is promised already.
pub(crate) fn open(
    tx: &Tx<'_>,
    order: &order::Row,
    node: &str,
    items: &[Units],
    attempt: u32,
) -> Outcome<FulfilmentOrder> {
    let fulfilment = insert(tx, order, node, items, attempt)?;
    announce(
        tx,
        order,
        &fulfilment,
        "fulfilment.requested",
        Shortage::default(),
    )?;
    Ok(fulfilment)
}

/// Records what a till has handed over: the goods are gone, whatever the books say.
pub(crate) fn hand_over(
    tx: &Tx<'_>,
    order: &order::Row,
    node: &str,
    items: &[Units],
) -> Outcome<()> {
    let mut fulfilment = open(tx, order, node, items, 1)?;
    for units in items {
        let by = Change {
            on_hand: -i64::from(units.qty),
            ..Change::default()
        };
        let why = MoveReason {
            cause: "sale",
            merchant: &order.merchant,
            reference: &order.order_no,
        };
        change(tx, StockKey::sellable(&units.sku, node), by, why)?;
        found(tx, &fulfilment, &units.item, units.qty)?;
        shipped(tx, order.number, &units.item, units.qty)?;
    }
    ship_row(tx, &fulfilment, "till", &order.order_no)?;
    fulfilment.authorised = true;
    advance(tx, &mut fulfilment, FulfilmentState::Shipped)?;
    announce(
        tx,
        order,
        &fulfilment,
        "fulfilment.shipped",
        Shortage::default(),
    )
}

/// Ends a fulfilment order with its order, and frees what it had promised.
pub(crate) fn cancel(tx: &Tx<'_>, order: &order::Row, fulfilment: &FulfilmentOrder) -> Outcome<()> {
    match fulfilment.state {
        FulfilmentState::Open | FulfilmentState::Accepted | FulfilmentState::Picked => {}
        FulfilmentState::Packed
        | FulfilmentState::Shipped
        | FulfilmentState::Rejected
        | FulfilmentState::Incomplete
        | FulfilmentState::Cancelled => return Ok(()),
    }
    for item in items(tx, fulfilment.number)? {
        let units = i64::from(item.picked.unwrap_or(item.qty));
        if units > 0 {
            order::allocate(
                tx,
                order,
                StockKey::sellable(&item.sku, &fulfilment.node),
                -units,
                "cancel",
            )?;
        }
    }
    let mut fulfilment = fulfilment.clone();
    advance(tx, &mut fulfilment, FulfilmentState::Cancelled)
}

/// The next version of a fulfilment order.
pub(crate) fn advance(
    tx: &Tx<'_>,
    fulfilment: &mut FulfilmentOrder,
    state: FulfilmentState,
) -> Outcome<()> {
    fulfilment.state = state;
    fulfilment.version += 1;
    tx.prepare_cached(
        "UPDATE fulfilment_order SET state = ?2, version = ?3, authorised = ?4, reason = ?5,
           updated_at = ?6 WHERE number = ?1",
    )?
    .execute(params![
        fulfilment.number,
        fulfilment.state,
        fulfilment.version,
        fulfilment.authorised,
        fulfilment.reason,
        tx.now().as_millisecond()
    ])?;
    Ok(())
}

/// How many of an item were found.
pub(crate) fn found(
    tx: &Tx<'_>,
    fulfilment: &FulfilmentOrder,
    item: &str,
    units: u32,
) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE fulfilment_line SET picked = ?3 WHERE fulfilment_order = ?1 AND item = ?2",
    )?
    .execute(params![fulfilment.number, item, units])?;
    Ok(())
}

/// Units of an order's line have left.
pub(crate) fn shipped(tx: &Tx<'_>, order: i64, item: &str, units: u32) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE order_line SET shipped = shipped + ?3 WHERE customer_order = ?1 AND item = ?2",
    )?
    .execute(params![order, item, units])?;
    Ok(())
}

/// The parcel with the carrier.
pub(crate) fn ship_row(
    tx: &Tx<'_>,
    fulfilment: &FulfilmentOrder,
    carrier: &str,
    tracking: &str,
) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO shipment (fulfilment_order, carrier, tracking, at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        fulfilment.number,
        carrier,
        tracking,
        tx.now().as_millisecond()
    ])?;
    Ok(())
}

/// What went wrong with units of a fulfilment order, for its webhook.
#[derive(Debug, Default)]
pub(crate) struct Shortage {
    pub(crate) missing: Vec<Units>,
    pub(crate) backordered: Vec<Units>,
}

/// Writes a webhook to the outbox; those of one fulfilment order are delivered in this order.
pub(crate) fn announce(
    tx: &Tx<'_>,
    order: &order::Row,
    fulfilment: &FulfilmentOrder,
    kind: &str,
    gap: Shortage,
) -> Outcome<()> {
    let open_units = order::lines(tx, order.number)?
        .iter()
        .map(|line| {
            line.qty
                .saturating_sub(line.shipped)
                .saturating_sub(line.cancelled)
        })
        .sum();
    let data = WebhookData {
        merchant: order.merchant.clone(),
        tag: order.tag.clone(),
        fulfilment: view(tx, fulfilment)?,
        missing: gap.missing,
        backordered: gap.backordered,
        open_units,
    };
    tx.effect("fulfilment", fulfilment.no());
    tx.announce(fulfilment.no(), kind, &data)
}

/// A merchant's fulfilment order by its number.
pub(crate) fn find(books: &Connection, merchant: &str, no: &str) -> Outcome<FulfilmentOrder> {
    let number = number::fulfilment(no)?;
    let fulfilment = books
        .prepare_cached(&format!("{COLUMNS} WHERE number = ?1 AND merchant = ?2"))?
        .query_row(params![number, merchant], read)
        .optional()?;
    fulfilment.ok_or_else(|| VendorError::not_found(&format!("fulfilment order {no}")).into())
}

/// The fulfilment orders of an order, oldest first.
pub(crate) fn of_order(books: &Connection, order: i64) -> rusqlite::Result<Vec<FulfilmentOrder>> {
    books
        .prepare_cached(&format!(
            "{COLUMNS} WHERE customer_order = ?1 ORDER BY number"
        ))?
        .query_map([order], read)?
        .collect()
}

/// Fulfilment orders that nothing but time keeps from their next step, and whose they are.
pub(crate) fn movable(
    books: &Connection,
    limit: u32,
) -> rusqlite::Result<Vec<(String, FulfilmentOrder)>> {
    books
        .prepare_cached(
            "SELECT number, customer_order, location, state, version, attempt, authorised, reason, merchant
             FROM fulfilment_order
             WHERE state IN ('OPEN', 'ACCEPTED', 'PICKED') OR (state = 'PACKED' AND authorised = 1)
             ORDER BY number LIMIT ?1",
        )?
        .query_map([limit], |row| Ok((row.get(8)?, read(row)?)))?
        .collect()
}

/// What a fulfilment order consists of.
pub(crate) fn items(books: &Connection, number: i64) -> rusqlite::Result<Vec<FulfilmentItem>> {
    let mut query = books.prepare_cached(
        "SELECT item, sku, quantity, picked FROM fulfilment_line
         WHERE fulfilment_order = ?1 ORDER BY id",
    )?;
    let items = query.query_map([number], |row| {
        Ok(FulfilmentItem {
            item: row.get(0)?,
            sku: row.get(1)?,
            qty: row.get(2)?,
            picked: row.get(3)?,
        })
    })?;
    items.collect()
}

/// A fulfilment order as it is shown.
pub(crate) fn view(
    books: &Connection,
    fulfilment: &FulfilmentOrder,
) -> rusqlite::Result<Fulfilment> {
    let shipment = books
        .prepare_cached(
            "SELECT number, carrier, tracking, at FROM shipment WHERE fulfilment_order = ?1",
        )?
        .query_row([fulfilment.number], |row| {
            Ok(Parcel {
                no: number::written(number::SHIPMENT, row.get(0)?),
                carrier: row.get(1)?,
                tracking: row.get(2)?,
                at: Timestamp::from_millisecond(row.get(3)?).unwrap_or(Timestamp::MAX),
            })
        })
        .optional()?;
    Ok(Fulfilment {
        no: fulfilment.no(),
        order_no: order::by_number(books, fulfilment.order)?.order_no,
        node: fulfilment.node.clone(),
        state: fulfilment.state,
        version: fulfilment.version,
        attempt: fulfilment.attempt,
        authorised: fulfilment.authorised,
        items: items(books, fulfilment.number)?,
        reason: fulfilment.reason.clone(),
        shipment,
    })
}

fn insert(
    tx: &Tx<'_>,
    order: &order::Row,
    node: &str,
    items: &[Units],
    attempt: u32,
) -> Outcome<FulfilmentOrder> {
    let authorised = !order.gated;
    tx.prepare_cached(
        "INSERT INTO fulfilment_order (customer_order, merchant, location, state, version, attempt,
           authorised, short, updated_at) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, 0, ?7)",
    )?
    .execute(params![
        order.number,
        order.merchant,
        node,
        FulfilmentState::Open,
        attempt,
        authorised,
        tx.now().as_millisecond()
    ])?;
    let number = tx.last_insert_rowid();
    let mut line = tx.prepare_cached(
        "INSERT INTO fulfilment_line (fulfilment_order, item, sku, quantity) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for units in items {
        line.execute(params![number, units.item, units.sku, units.qty])?;
    }
    Ok(FulfilmentOrder {
        number,
        order: order.number,
        node: node.to_owned(),
        state: FulfilmentState::Open,
        version: 1,
        attempt,
        authorised,
        reason: None,
    })
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<FulfilmentOrder> {
    Ok(FulfilmentOrder {
        number: row.get(0)?,
        order: row.get(1)?,
        node: row.get(2)?,
        state: row.get(3)?,
        version: row.get(4)?,
        attempt: row.get(5)?,
        authorised: row.get(6)?,
        reason: row.get(7)?,
    })
}
