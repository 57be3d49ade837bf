//! Lots: points that came in together and expire together; burnt first what expires first.

use crate::engine::time;
use crate::wire::LotUse;
use crossdock_books::{Outcome, Tx};
use crossdock_model::Timestamp;
use rusqlite::Connection;
use std::time::Duration;

/// A lot with what is left of it.
#[derive(Debug, Clone)]
pub(crate) struct Lot {
    pub(crate) id: i64,
    pub(crate) remaining: i64,
    /// What no hold has promised.
    pub(crate) free: i64,
    pub(crate) expires_at: Timestamp,
    pub(crate) source: String,
}

/// A lot's id as others see it.
pub(crate) fn name(id: i64) -> String {
    format!("lot-{id}")
}

/// Points of a lot, as others see them.
pub(crate) fn used(lot: i64, quantity: i64) -> LotUse {
    LotUse {
        lot: name(lot),
        quantity,
    }
}

/// The lots that are not empty, the first to expire first.
pub(crate) fn open_of(conn: &Connection, account: i64) -> rusqlite::Result<Vec<Lot>> {
    conn.prepare_cached(
        "SELECT id, remaining, remaining - promised, expires_at, source \
         FROM lot WHERE account = ?1 AND remaining > 0 ORDER BY expires_at, id",
    )?
    .query_map([account], |row| {
        Ok(Lot {
            id: row.get(0)?,
            remaining: row.get(1)?,
            free: row.get(2)?,
            expires_at: time(row.get(3)?),
            source: row.get(4)?,
        })
    })?
    .collect()
}

/// A new lot that lives so many days.
pub(crate) fn open(
    tx: &Tx<'_>,
    account: i64,
    source: &str,
    points: i64,
    days: u32,
) -> Outcome<i64> {
    let lives = Duration::from_hours(24 * u64::from(days));
    let expires = tx.now().saturating_add(lives).unwrap_or(Timestamp::MAX);
    tx.prepare_cached(
        "INSERT INTO lot (account, source, opened_at, expires_at, issued, remaining) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )?
    .execute((
        account,
        source,
        tx.now().as_millisecond(),
        expires.as_millisecond(),
        points,
    ))?;
    Ok(tx.last_insert_rowid())
}

/// Adds to what is left of a lot (or takes from it, below zero).
pub(crate) fn change(tx: &Tx<'_>, lot: i64, by: i64) -> Outcome<()> {
    tx.prepare_cached("UPDATE lot SET remaining = remaining + ?2 WHERE id = ?1")?
        .execute((lot, by))?;
    Ok(())
}

/// What a hold promises of which lots, in the order it was chosen.
pub(crate) fn promised_by(conn: &Connection, hold: i64) -> rusqlite::Result<Vec<(i64, i64)>> {
    conn.prepare_cached("SELECT lot, quantity FROM hold_lot WHERE hold = ?1 ORDER BY id")?
        .query_map([hold], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Promises points of lots to a hold.
pub(crate) fn promise(tx: &Tx<'_>, hold: i64, chosen: &[(i64, i64)]) -> Outcome<()> {
    for (lot, quantity) in chosen {
        tx.prepare_cached("INSERT INTO hold_lot (hold, lot, quantity) VALUES (?1, ?2, ?3)")?
            .execute((hold, lot, quantity))?;
        tx.prepare_cached("UPDATE lot SET promised = promised + ?2 WHERE id = ?1")?
            .execute((lot, quantity))?;
    }
    Ok(())
}

/// Frees what a hold promised, because it is no longer held; what it promised stays known until it
/// promises anew.
pub(crate) fn free(tx: &Tx<'_>, hold: i64) -> Outcome<()> {
    for (lot, quantity) in promised_by(tx, hold)? {
        tx.prepare_cached("UPDATE lot SET promised = promised - ?2 WHERE id = ?1")?
            .execute((lot, quantity))?;
    }
    Ok(())
}

/// Forgets what a lapsed hold promised, before it promises anew.
pub(crate) fn forget(tx: &Tx<'_>, hold: i64) -> Outcome<()> {
    tx.prepare_cached("DELETE FROM hold_lot WHERE hold = ?1")?
        .execute([hold])?;
    Ok(())
}

/// Takes out what a hold promised: it is burnt.
pub(crate) fn burn(tx: &Tx<'_>, hold: i64) -> Outcome<()> {
    for (lot, quantity) in promised_by(tx, hold)? {
        tx.prepare_cached(
            "UPDATE lot SET remaining = remaining - ?2, promised = promised - ?2 WHERE id = ?1",
        )?
        .execute((lot, quantity))?;
    }
    Ok(())
}

/// Which free points of which lots make up that many; fewer where there are not enough.
pub(crate) fn choose(lots: &[Lot], wanted: i64) -> Vec<(i64, i64)> {
    let mut left = wanted;
    let mut chosen = Vec::new();
    for lot in lots {
        let part = lot.free.min(left);
        if part > 0 {
            chosen.push((lot.id, part));
            left -= part;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(id: i64, free: i64) -> Lot {
        let expires_at = Timestamp::UNIX_EPOCH;
        Lot {
            id,
            remaining: free,
            free,
            expires_at,
            source: "opening".into(),
        }
    }

    #[test]
    fn what_expires_first_is_burnt_first() {
        let lots = [lot(1, 900), lot(2, 0), lot(3, 600)];
        assert_eq!(choose(&lots, 1_000), [(1, 900), (3, 100)]);
        assert_eq!(choose(&lots, 2_000), [(1, 900), (3, 600)]);
    }
}
