//! Stock per SKU, location and condition: every change leaves a row.

use crate::codes::{BLOCKED, SELLABLE};
use crate::wire::{StockLevels, StockRow};
use crossdock_books::{Outcome, Tx};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// By how much the three counters of one row of stock change.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Change {
    pub(crate) on_hand: i64,
    pub(crate) reserved: i64,
    pub(crate) allocated: i64,
}

/// Whose goods move, and the document that moves them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MoveReason<'a> {
    pub(crate) cause: &'static str,
    pub(crate) merchant: &'a str,
    pub(crate) reference: &'a str,
}

/// The key of a row of stock: a SKU at a location, in a condition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StockKey<'a> {
    pub(crate) sku: &'a str,
    pub(crate) node: &'a str,
    pub(crate) condition: &'static str,
}

impl<'a> StockKey<'a> {
    /// Goods that can be sold.
    pub(crate) fn sellable(sku: &'a str, node: &'a str) -> Self {
        Self {
            sku,
            node,
            condition: SELLABLE,
        }
    }

    /// Goods that nobody sells until they were counted.
    pub(crate) fn blocked(sku: &'a str, node: &'a str) -> Self {
        Self {
            sku,
            node,
            condition: BLOCKED,
        }
    }
}

/// What a row of stock says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counters {
    pub(crate) on_hand: i64,
    reserved: i64,
    allocated: i64,
}

impl Counters {
    /// The units that nobody was promised; never below zero.
    pub(crate) fn free(self) -> i64 {
        (self.on_hand - self.allocated - self.reserved).max(0)
    }
}

/// What the book says of a key; nothing where there never was any of it.
pub(crate) fn by_key(books: &Connection, at: StockKey<'_>) -> rusqlite::Result<Option<Counters>> {
    books
        .prepare_cached(
            "SELECT on_hand, reserved, allocated FROM stock
             WHERE sku = ?1 AND location = ?2 AND condition = ?3",
        )?
        .query_row([at.sku, at.node, at.condition], |row| {
            Ok(Counters {
                on_hand: row.get(0)?,
                reserved: row.get(1)?,
                allocated: row.get(2)?,
            })
        })
        .optional()
}

/// Whether some location has ever had that SKU.
pub(crate) fn is_known(books: &Connection, sku: &str) -> rusqlite::Result<bool> {
    books
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM stock WHERE sku = ?1)")?
        .query_row([sku], |row| row.get(0))
}

/// Writes a change with its row, together.
pub(crate) fn change(
    tx: &Tx<'_>,
    at: StockKey<'_>,
    by: Change,
    why: MoveReason<'_>,
) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO stock_move (sku, location, condition, on_hand, reserved, allocated,
           cause, merchant, reference, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        at.sku,
        at.node,
        at.condition,
        by.on_hand,
        by.reserved,
        by.allocated,
        why.cause,
        why.merchant,
        why.reference,
        tx.now().as_millisecond(),
    ])?;
    let sequence = tx.last_insert_rowid();
    // Not an upsert: it would check the change itself before it is added to what is there.
    let changed = tx
        .prepare_cached(
            "UPDATE stock SET on_hand = on_hand + ?4, reserved = reserved + ?5,
               allocated = allocated + ?6, sequence = ?7
             WHERE sku = ?1 AND location = ?2 AND condition = ?3",
        )?
        .execute(params![
            at.sku,
            at.node,
            at.condition,
            by.on_hand,
            by.reserved,
            by.allocated,
            sequence,
        ])?;
    if changed == 0 {
        tx.prepare_cached(
            "INSERT INTO stock (sku, location, condition, on_hand, reserved, allocated, sequence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            at.sku,
            at.node,
            at.condition,
            by.on_hand,
            by.reserved,
            by.allocated,
            sequence,
        ])?;
    }
    Ok(())
}

/// What can be sold of those SKUs and what is blocked, by location in the order of the locations.
pub(crate) fn answer(
    books: &Connection,
    skus: &[&str],
    as_of: Timestamp,
) -> rusqlite::Result<StockLevels> {
    let mut query = books.prepare_cached(
        "SELECT s.location, s.on_hand, s.allocated, s.reserved, coalesce(b.on_hand, 0),
           max(s.sequence, coalesce(b.sequence, 0))
         FROM stock s JOIN location l ON l.code = s.location
           LEFT JOIN stock b ON b.sku = s.sku AND b.location = s.location AND b.condition = ?3
         WHERE s.sku = ?1 AND s.condition = ?2 ORDER BY l.rank",
    )?;
    let mut stock = Vec::new();
    for sku in skus {
        let rows = query.query_map(params![sku, SELLABLE, BLOCKED], |row| {
            let (on_hand, allocated, held) = (
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, i64>(3)?,
            );
            Ok(StockRow {
                sku: (*sku).to_owned(),
                node: row.get(0)?,
                on_hand,
                allocated,
                held,
                free: (on_hand - allocated - held).max(0),
                blocked: row.get(4)?,
                seq: row.get(5)?,
            })
        })?;
        for row in rows {
            stock.push(row?);
        }
    }
    Ok(StockLevels { as_of, stock })
}
