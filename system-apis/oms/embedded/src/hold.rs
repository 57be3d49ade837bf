//! Reservations: stock held for an order number until it is ordered, given back or runs out.

use crate::check;
use crate::codes::HoldState;
use crate::number;
use crate::sourcing::FreeStock;
use crate::stock::{Change, MoveReason, StockKey, change};
use crate::wire::{Hold, Item, NewHold, Part, ReleasedStock};
use crossdock_books::{Outcome, Tx, VendorError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;

/// A reservation as a row of the book.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) merchant: String,
    pub(crate) order_no: String,
    pub(crate) state: HoldState,
    request: String,
    partial: bool,
    expires_at: i64,
}

/// Holds what is asked, or answers what was held before under the same order number.
pub(crate) fn reserve(tx: &Tx<'_>, merchant: &str, ask: &NewHold) -> Outcome<Hold> {
    check::order_no(&ask.order_no)?;
    check::items(&ask.items)?;
    check::ttl(ask.ttl_seconds)?;
    expire_due(tx)?;
    let request = check::kept(ask)?;
    if let Some(row) = find(tx, merchant, &ask.order_no)? {
        return again(tx, &row, &request);
    }
    check::no_tombstone(tx, merchant, "hold", &ask.order_no)?;
    let mut room = FreeStock::load(tx, &ask.items)?;
    room.check_known(&ask.items)?;
    let parts = room.take_all(ask)?;
    let partial = parts.iter().any(|part| part.got < part.asked);
    let number = insert(tx, merchant, ask, &request, partial)?;
    keep_all(tx, (merchant, &ask.order_no), number, &parts)?;
    tx.effect("reservation", number::written(number::HOLD, number));
    match find(tx, merchant, &ask.order_no)? {
        Some(row) => Ok(view(tx, &row)?),
        None => Err(VendorError::not_found("reservation").into()),
    }
}

/// Lets a reservation run out later, never earlier; one that has run out is taken again, if everything is still there.
pub(crate) fn extend(
    tx: &Tx<'_>,
    merchant: &str,
    order_no: &str,
    ttl_seconds: u32,
) -> Outcome<Hold> {
    check::order_no(order_no)?;
    check::ttl(ttl_seconds)?;
    expire_due(tx)?;
    let row = find(tx, merchant, order_no)?;
    let mut row = row.ok_or_else(|| VendorError::not_found("reservation"))?;
    match row.state {
        HoldState::Held => {}
        HoldState::Expired => take_again(tx, &row)?,
        HoldState::Consumed => return Ok(view(tx, &row)?),
        HoldState::Released => return Err(check::tombstoned("reservation", order_no).into()),
    }
    row.state = HoldState::Held;
    row.expires_at = row.expires_at.max(runs_out(tx, ttl_seconds));
    tx.prepare_cached("UPDATE reservation SET state = ?2, expires_at = ?3 WHERE number = ?1")?
        .execute(params![row.number, row.state, row.expires_at])?;
    tx.effect("reservation", number::written(number::HOLD, row.number));
    Ok(view(tx, &row)?)
}

/// Holds again what ran out, under the same number; its release row goes, for it is not released any more.
fn take_again(tx: &Tx<'_>, row: &Row) -> Outcome<()> {
    let ask: NewHold = check::read(&row.request)?;
    let mut room = FreeStock::load(tx, &ask.items)?;
    let parts = room.take_all(&ask)?;
    for rows in [
        "DELETE FROM reservation_line WHERE reservation = ?1",
        "DELETE FROM reservation_release WHERE reservation = ?1",
    ] {
        tx.prepare_cached(rows)?.execute([row.number])?;
    }
    keep_all(tx, (&row.merchant, &row.order_no), row.number, &parts)
}

/// When a reservation of so many seconds runs out.
fn runs_out(tx: &Tx<'_>, ttl_seconds: u32) -> i64 {
    let now = tx.now().as_millisecond();
    now.saturating_add(i64::from(ttl_seconds) * 1_000)
}

/// Gives an order number's reservation back; where there is none, none can come any more.
pub(crate) fn release(tx: &Tx<'_>, merchant: &str, order_no: &str) -> Outcome<ReleasedStock> {
    check::order_no(order_no)?;
    let Some(row) = find(tx, merchant, order_no)? else {
        check::tombstone(tx, merchant, "hold", order_no)?;
        return Ok(ReleasedStock {
            number: None,
            order_no: order_no.to_owned(),
            parts: Vec::new(),
        });
    };
    if row.state == HoldState::Held {
        end(tx, &row, HoldState::Released)?;
    }
    let released = match row.state {
        HoldState::Held | HoldState::Released => parts(tx, row.number)?,
        HoldState::Consumed | HoldState::Expired => Vec::new(),
    };
    tx.effect("release", number::written(number::HOLD, row.number));
    Ok(ReleasedStock {
        number: Some(number::written(number::HOLD, row.number)),
        order_no: order_no.to_owned(),
        parts: released.into_iter().filter(|part| part.got > 0).collect(),
    })
}

/// Gives back what ran out by now; answers how many reservations that were.
pub(crate) fn expire_due(tx: &Tx<'_>) -> Outcome<usize> {
    let mut query = tx.prepare_cached(
        "SELECT number, merchant, reference, state, request, partial, expires_at
         FROM reservation WHERE state = 'HELD' AND expires_at <= ?1 ORDER BY expires_at LIMIT 500",
    )?;
    let due = query
        .query_map([tx.now().as_millisecond()], read)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for row in &due {
        end(tx, row, HoldState::Expired)?;
    }
    Ok(due.len())
}

/// Whether something runs out by now, for readers that cannot write.
pub(crate) fn is_something_due(books: &Connection, now: Timestamp) -> rusqlite::Result<bool> {
    books
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM reservation WHERE state = 'HELD' AND expires_at <= ?1)",
        )?
        .query_row([now.as_millisecond()], |row| row.get(0))
}

/// Ends a live reservation: its stock is free again, and its release row says why.
pub(crate) fn end(tx: &Tx<'_>, row: &Row, state: HoldState) -> Outcome<()> {
    let cause = match state {
        HoldState::Held => return Ok(()),
        HoldState::Consumed => "consume",
        HoldState::Released => "release",
        HoldState::Expired => "expire",
    };
    let mut units = 0;
    for part in parts(tx, row.number)? {
        let got = i64::from(part.got);
        held(tx, &row.merchant, &row.order_no, &part, cause, -got)?;
        units += got;
    }
    tx.prepare_cached("UPDATE reservation SET state = ?2 WHERE number = ?1")?
        .execute(params![row.number, state])?;
    tx.prepare_cached(
        "INSERT INTO reservation_release (reservation, cause, units, at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![row.number, cause, units, tx.now().as_millisecond()])?;
    Ok(())
}

/// The reservation of an order number.
pub(crate) fn find(
    books: &Connection,
    merchant: &str,
    order_no: &str,
) -> rusqlite::Result<Option<Row>> {
    books
        .prepare_cached(
            "SELECT number, merchant, reference, state, request, partial, expires_at
             FROM reservation WHERE merchant = ?1 AND reference = ?2",
        )?
        .query_row([merchant, order_no], read)
        .optional()
}

/// What a reservation holds or held, part by part.
pub(crate) fn parts(books: &Connection, number: i64) -> rusqlite::Result<Vec<Part>> {
    let mut query = books.prepare_cached(
        "SELECT item, sku, location, asked, got FROM reservation_line
         WHERE reservation = ?1 ORDER BY id",
    )?;
    let parts = query.query_map([number], |row| {
        Ok(Part {
            item: row.get(0)?,
            sku: row.get(1)?,
            node: row.get(2)?,
            asked: row.get(3)?,
            got: row.get(4)?,
        })
    })?;
    parts.collect()
}

/// A reservation as it is shown.
pub(crate) fn view(books: &Connection, row: &Row) -> rusqlite::Result<Hold> {
    Ok(Hold {
        hold_no: number::written(number::HOLD, row.number),
        order_no: row.order_no.clone(),
        state: row.state,
        parts: parts(books, row.number)?,
        expires_at: Timestamp::from_millisecond(row.expires_at).unwrap_or(Timestamp::MAX),
        partial: row.partial,
    })
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        number: row.get(0)?,
        merchant: row.get(1)?,
        order_no: row.get(2)?,
        state: row.get(3)?,
        request: row.get(4)?,
        partial: row.get(5)?,
        expires_at: row.get(6)?,
    })
}

/// The second reserve of an order number.
fn again(tx: &Tx<'_>, row: &Row, request: &str) -> Outcome<Hold> {
    check::same("reservation", &row.order_no, &row.request, request)?;
    match row.state {
        HoldState::Held | HoldState::Consumed => {
            tx.effect("reservation", number::written(number::HOLD, row.number));
            Ok(view(tx, row)?)
        }
        HoldState::Released => Err(check::tombstoned("reservation", &row.order_no).into()),
        HoldState::Expired => Err(VendorError::conflict(
            "hold_expired",
            format!(
                "the reservation of order {} ran out: order anew",
                row.order_no
            ),
        )
        .into()),
    }
}

fn insert(
    tx: &Tx<'_>,
    merchant: &str,
    ask: &NewHold,
    request: &str,
    partial: bool,
) -> Outcome<i64> {
    let now = tx.now().as_millisecond();
    let expires_at = runs_out(tx, ask.ttl_seconds);
    tx.prepare_cached(
        "INSERT INTO reservation (merchant, reference, state, request, partial, expires_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        merchant,
        ask.order_no,
        HoldState::Held,
        request,
        partial,
        expires_at,
        now
    ])?;
    Ok(tx.last_insert_rowid())
}

/// Writes down what a reservation holds, part by part, and holds it.
fn keep_all(
    tx: &Tx<'_>,
    (merchant, order_no): (&str, &str),
    number: i64,
    parts: &[Part],
) -> Outcome<()> {
    for part in parts {
        keep(tx, number, part)?;
        let got = i64::from(part.got);
        held(tx, merchant, order_no, part, "reserve", got)?;
    }
    Ok(())
}

fn keep(tx: &Tx<'_>, number: i64, part: &Part) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO reservation_line (reservation, item, sku, location, asked, got)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        number, part.item, part.sku, part.node, part.asked, part.got
    ])?;
    Ok(())
}

/// More or less is held of a part's stock.
fn held(
    tx: &Tx<'_>,
    merchant: &str,
    order_no: &str,
    part: &Part,
    cause: &'static str,
    by: i64,
) -> Outcome<()> {
    let Some(node) = part.node.as_deref().filter(|_| by != 0) else {
        return Ok(());
    };
    let by = Change {
        reserved: by,
        ..Change::default()
    };
    let why = MoveReason {
        cause,
        merchant,
        reference: order_no,
    };
    change(tx, StockKey::sellable(&part.sku, node), by, why)
}

impl FreeStock {
    /// Takes everything that a reservation asks for, item by item; refused where that is nothing, or less than it will have.
    fn take_all(&mut self, ask: &NewHold) -> Result<Vec<Part>, VendorError> {
        let parts = ask.items.iter().map(|item| self.take(item, item.qty, &[]));
        let parts: Vec<Vec<Part>> = parts.collect();
        let got: u64 = parts.iter().flatten().map(|part| u64::from(part.got)).sum();
        let asked: u64 = ask.items.iter().map(|item| u64::from(item.qty)).sum();
        if got == 0 || (got < asked && !ask.partial) {
            return Err(out_of_stock(&ask.items, &parts));
        }
        Ok(parts.into_iter().flatten().collect())
    }
}

/// The refusal that names each item that is short.
fn out_of_stock(items: &[Item], parts: &[Vec<Part>]) -> VendorError {
    let got = |parts: &[Part]| parts.iter().map(|part| part.got).sum::<u32>();
    let short: Vec<_> = items
        .iter()
        .zip(parts)
        .enumerate()
        .filter(|(_, (item, parts))| got(parts) < item.qty)
        .map(|(index, (item, parts))| {
            json!({"index": index, "sku": item.sku, "asked": item.qty, "there": got(parts)})
        })
        .collect();
    VendorError::conflict(
        "out_of_stock",
        "not everything is there: lower the quantities or leave the items out",
    )
    .with_details(json!({ "short": short }))
}
