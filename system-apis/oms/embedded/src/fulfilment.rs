//! A fulfilment order's rows: opened, looked up, shown, announced.

use crate::number;
use crate::order;
use crate::stock::{At, Change, Why, change};
use crate::wire::{Fulfilment, JobItem, News, Parcel, Units};
use crate::word::JobState;
use crossdock_books::{Outcome, Tx, VendorError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// A fulfilment order's row.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) number: i64,
    pub(crate) order: i64,
    pub(crate) node: String,
    pub(crate) state: JobState,
    pub(crate) version: u32,
    pub(crate) attempt: u32,
    pub(crate) authorised: bool,
    pub(crate) reason: Option<String>,
}

impl Job {
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
) -> Outcome<Job> {
    let job = insert(tx, order, node, items, attempt)?;
    announce(tx, order, &job, "fulfilment.requested", Gap::default())?;
    Ok(job)
}

/// Records what a till has handed over: the goods are gone, whatever the books say.
pub(crate) fn hand_over(
    tx: &Tx<'_>,
    order: &order::Row,
    node: &str,
    items: &[Units],
) -> Outcome<()> {
    let mut job = open(tx, order, node, items, 1)?;
    for units in items {
        let by = Change {
            on_hand: -i64::from(units.qty),
            ..Change::default()
        };
        let why = Why {
            cause: "sale",
            merchant: &order.merchant,
            reference: &order.order_no,
        };
        change(tx, At::sellable(&units.sku, node), by, why)?;
        found(tx, &job, &units.item, units.qty)?;
        shipped(tx, order.number, &units.item, units.qty)?;
    }
    ship_row(tx, &job, "till", &order.order_no)?;
    job.authorised = true;
    advance(tx, &mut job, JobState::Shipped)?;
    announce(tx, order, &job, "fulfilment.shipped", Gap::default())
}

/// Ends a fulfilment order with its order, and frees what it had promised.
pub(crate) fn cancel(tx: &Tx<'_>, order: &order::Row, job: &Job) -> Outcome<()> {
    match job.state {
        JobState::Open | JobState::Accepted | JobState::Picked => {}
        JobState::Packed
        | JobState::Shipped
        | JobState::Rejected
        | JobState::Incomplete
        | JobState::Cancelled => return Ok(()),
    }
    for item in items(tx, job.number)? {
        let units = i64::from(item.picked.unwrap_or(item.qty));
        if units > 0 {
            order::allocate(
                tx,
                order,
                At::sellable(&item.sku, &job.node),
                -units,
                "cancel",
            )?;
        }
    }
    let mut job = job.clone();
    advance(tx, &mut job, JobState::Cancelled)
}

/// The next version of a fulfilment order.
pub(crate) fn advance(tx: &Tx<'_>, job: &mut Job, state: JobState) -> Outcome<()> {
    job.state = state;
    job.version += 1;
    tx.prepare_cached(
        "UPDATE fulfilment_order SET state = ?2, version = ?3, authorised = ?4, reason = ?5,
           updated_at = ?6 WHERE number = ?1",
    )?
    .execute(params![
        job.number,
        job.state,
        job.version,
        job.authorised,
        job.reason,
        tx.now().as_millisecond()
    ])?;
    Ok(())
}

/// How many of an item were found.
pub(crate) fn found(tx: &Tx<'_>, job: &Job, item: &str, units: u32) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE fulfilment_line SET picked = ?3 WHERE fulfilment_order = ?1 AND item = ?2",
    )?
    .execute(params![job.number, item, units])?;
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
pub(crate) fn ship_row(tx: &Tx<'_>, job: &Job, carrier: &str, tracking: &str) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO shipment (fulfilment_order, carrier, tracking, at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        job.number,
        carrier,
        tracking,
        tx.now().as_millisecond()
    ])?;
    Ok(())
}

/// What went wrong with units of a fulfilment order, for its webhook.
#[derive(Debug, Default)]
pub(crate) struct Gap {
    pub(crate) missing: Vec<Units>,
    pub(crate) backordered: Vec<Units>,
}

/// Tells the merchant; what is told of one fulfilment order arrives in this order.
pub(crate) fn announce(
    tx: &Tx<'_>,
    order: &order::Row,
    job: &Job,
    kind: &str,
    gap: Gap,
) -> Outcome<()> {
    let open_units = order::lines(tx, order.number)?
        .iter()
        .map(|line| line.qty.saturating_sub(line.shipped))
        .sum();
    let news = News {
        merchant: order.merchant.clone(),
        tag: order.tag.clone(),
        fulfilment: view(tx, job)?,
        missing: gap.missing,
        backordered: gap.backordered,
        open_units,
    };
    tx.effect("fulfilment", job.no());
    tx.announce(job.no(), kind, &news)
}

/// A merchant's fulfilment order by its number.
pub(crate) fn find(books: &Connection, merchant: &str, no: &str) -> Outcome<Job> {
    let number = number::fulfilment(no)?;
    let job = books
        .prepare_cached(&format!("{COLUMNS} WHERE number = ?1 AND merchant = ?2"))?
        .query_row(params![number, merchant], read)
        .optional()?;
    job.ok_or_else(|| VendorError::not_found(&format!("fulfilment order {no}")).into())
}

/// The fulfilment orders of an order, oldest first.
pub(crate) fn of_order(books: &Connection, order: i64) -> rusqlite::Result<Vec<Job>> {
    books
        .prepare_cached(&format!(
            "{COLUMNS} WHERE customer_order = ?1 ORDER BY number"
        ))?
        .query_map([order], read)?
        .collect()
}

/// Fulfilment orders that nothing but time keeps from their next step, and whose they are.
pub(crate) fn movable(books: &Connection, limit: u32) -> rusqlite::Result<Vec<(String, Job)>> {
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
pub(crate) fn items(books: &Connection, number: i64) -> rusqlite::Result<Vec<JobItem>> {
    let mut query = books.prepare_cached(
        "SELECT item, sku, quantity, picked FROM fulfilment_line
         WHERE fulfilment_order = ?1 ORDER BY id",
    )?;
    let items = query.query_map([number], |row| {
        Ok(JobItem {
            item: row.get(0)?,
            sku: row.get(1)?,
            qty: row.get(2)?,
            picked: row.get(3)?,
        })
    })?;
    items.collect()
}

/// A fulfilment order as it is shown.
pub(crate) fn view(books: &Connection, job: &Job) -> rusqlite::Result<Fulfilment> {
    let shipment = books
        .prepare_cached(
            "SELECT number, carrier, tracking, at FROM shipment WHERE fulfilment_order = ?1",
        )?
        .query_row([job.number], |row| {
            Ok(Parcel {
                no: number::written(number::SHIPMENT, row.get(0)?),
                carrier: row.get(1)?,
                tracking: row.get(2)?,
                at: Timestamp::from_millisecond(row.get(3)?).unwrap_or(Timestamp::MAX),
            })
        })
        .optional()?;
    Ok(Fulfilment {
        no: job.no(),
        order_no: order::by_number(books, job.order)?.order_no,
        node: job.node.clone(),
        state: job.state,
        version: job.version,
        attempt: job.attempt,
        authorised: job.authorised,
        items: items(books, job.number)?,
        reason: job.reason.clone(),
        shipment,
    })
}

fn insert(
    tx: &Tx<'_>,
    order: &order::Row,
    node: &str,
    items: &[Units],
    attempt: u32,
) -> Outcome<Job> {
    let authorised = !order.gated;
    tx.prepare_cached(
        "INSERT INTO fulfilment_order (customer_order, merchant, location, state, version, attempt,
           authorised, short, updated_at) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, 0, ?7)",
    )?
    .execute(params![
        order.number,
        order.merchant,
        node,
        JobState::Open,
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
    Ok(Job {
        number,
        order: order.number,
        node: node.to_owned(),
        state: JobState::Open,
        version: 1,
        attempt,
        authorised,
        reason: None,
    })
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
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
