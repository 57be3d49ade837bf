//! What the live store knows of months that are gone on purpose.

use crate::ArchiveMonth;
use crate::sqlite::table::ERASED;
use rusqlite::{Connection, OptionalExtension, Result, params};

/// From here on the month's file is to go.
pub(super) fn mark(conn: &Connection, month: ArchiveMonth) -> Result<()> {
    ERASED.insert(conn, params![month.number(), 0]).map(drop)
}

/// The month's file is gone.
pub(super) fn done(conn: &Connection, month: ArchiveMonth) -> Result<()> {
    ERASED.insert(conn, params![month.number(), 1]).map(drop)
}

/// Whether the month was erased, or is about to be.
pub(super) fn is_erased(conn: &Connection, month: ArchiveMonth) -> Result<bool> {
    let found = conn
        .prepare_cached(&format!("{} WHERE month = ?1", ERASED.select))?
        .query_row([month.number()], |row| ERASED.verify(row))
        .optional()?;
    Ok(found.is_some())
}

/// Months that are marked and whose file may still be there.
pub(super) fn begun(conn: &Connection) -> Result<Vec<ArchiveMonth>> {
    let mut statement = conn.prepare_cached(ERASED.select)?;
    let months = statement.query_map([], |row| {
        ERASED.verify(row)?;
        let is_done: bool = row.get(1)?;
        let month = ArchiveMonth::from_number(row.get(0)?);
        Ok(month.filter(|_| !is_done))
    })?;
    Ok(months
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}
