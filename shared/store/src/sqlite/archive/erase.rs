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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::archive::Archive;
    use crate::sqlite::schema::SCHEMA;
    use crate::writer::Writer;
    use crate::{JobError, StoreError};
    use crossdock_model::Tenant;
    use std::path::Path;

    #[tokio::test]
    async fn events_of_a_month_are_not_shown_from_its_mark_on_although_its_file_is_still_there() {
        let writer = Writer::memory(SCHEMA).unwrap();
        let archive = Archive::beside(Path::new("process.db"), 1);
        let (month, tenant) = ("2026-09".parse().unwrap(), Tenant::from("north"));
        let journey = (&tenant, "order-1");
        let read_at_once = || vec![((month, 0), Some(Vec::new()))];
        let before = archive.events(&writer, read_at_once(), journey).await;
        assert!(before.unwrap().is_empty());
        let marked = writer.write(move |conn| Ok::<_, JobError<()>>(mark(conn, month)?));
        marked.await.unwrap();
        let after = archive.events(&writer, read_at_once(), journey).await;
        assert!(matches!(after, Err(StoreError::Erased(_))), "{after:?}");
    }
}
