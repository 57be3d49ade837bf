//! The file of one month: what ended instances leave behind, events, and rows of the audit chains.
//!
//! Rows are large, so they are in rowid tables: the upper pages of an index tree hold whole rows, and would be few rows wide.
//! The file has no log beside it (`journal_mode=delete`): after a COMMIT the file is the whole truth, and a copy of it is a copy.

use super::boundary::boundary;
use super::month_audit;
use crate::StoreError;
use crate::sqlite::table::verify_archived;
use rusqlite::{Connection, OpenFlags, Result};
use std::path::Path;
use std::time::Duration;

/// Raised when the tables change in a way that an older program cannot read.
const LAYOUT: i64 = 4;

/// The page size of a new file, in bytes; one that is there keeps its own. Most instances fit into a page of their table, so that
/// one is found with a page of the index and one of the table.
const PAGE: i32 = 8_192;

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS archived_instance (
  seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL, journal INTEGER NOT NULL, batches BLOB NOT NULL,
  snapshot_revision INTEGER, snapshot_journal INTEGER, snapshot BLOB, answer_status INTEGER, answer TEXT, sum INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS archived_event (
  id BLOB NOT NULL, feed TEXT NOT NULL, shard INTEGER NOT NULL, number INTEGER NOT NULL, tenant TEXT NOT NULL,
  aggregate_kind TEXT NOT NULL, aggregate_id BLOB NOT NULL, sequence INTEGER NOT NULL, kind TEXT NOT NULL,
  correlation TEXT NOT NULL, causation TEXT, traceparent TEXT, at INTEGER NOT NULL, data BLOB NOT NULL, sum INTEGER NOT NULL,
  UNIQUE (correlation, id)
);
-- place = shard << 46 | number from 1, as in the live file
CREATE TABLE IF NOT EXISTS archived_audit (
  place INTEGER PRIMARY KEY, at INTEGER NOT NULL, tenant TEXT NOT NULL, caller TEXT NOT NULL, operation TEXT NOT NULL,
  correlation TEXT NOT NULL, instance BLOB, fingerprint BLOB, changed TEXT NOT NULL, hash BLOB NOT NULL
);
";

/// A connection that adds to the file, or makes it.
pub(super) fn for_writing(file: &Path) -> Result<Connection> {
    let conn = opened(file, OpenFlags::SQLITE_OPEN_CREATE)?;
    conn.pragma_update(None, "page_size", PAGE)?;
    conn.pragma_update(None, "journal_mode", "delete")?;
    // With `extra` the folder is synced too once the rollback journal is gone: else a power cut could bring it back.
    conn.pragma_update(None, "synchronous", "extra")?;
    // Readers are kept out during a COMMIT only.
    conn.pragma_update(None, "cache_spill", false)?;
    Ok(conn)
}

/// What a connection for reads keeps of the file at most, in KiB and negative as SQLite has it: the upper pages of its trees.
const READING_CACHE: i32 = -8_192;

/// A connection for reads. It could write, because it may have to roll back what a killed process left half done.
pub(super) fn for_reading(file: &Path) -> Result<Connection> {
    let conn = opened(file, OpenFlags::empty())?;
    conn.pragma_update(None, "query_only", true)?;
    conn.pragma_update(None, "cache_size", READING_CACHE)?;
    Ok(conn)
}

fn opened(file: &Path, more: OpenFlags) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags | more)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    Ok(conn)
}

/// Why a file of another layout is not touched; none where it has this program's, or nothing yet.
pub(super) fn other_layout(conn: &Connection) -> Result<Option<String>> {
    let layout: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if layout == LAYOUT || (layout == 0 && tables == 0) {
        return Ok(None);
    }
    Ok(Some(format!(
        "it has layout {layout} and this program reads {LAYOUT}; use the version that wrote it"
    )))
}

/// Writes in one commit. What was written by a run that was cut off is written again.
pub(super) fn add(
    conn: &mut Connection,
    write: impl FnOnce(&Connection) -> Result<()>,
) -> Result<()> {
    let adding = conn.transaction()?;
    adding.execute_batch(SCHEMA)?;
    adding.pragma_update(None, "user_version", LAYOUT)?;
    boundary();
    write(&adding)?;
    boundary();
    adding.commit()?;
    boundary();
    Ok(())
}

/// Reads a copy of a month's file to its end: its structure, its layout, each row by its checksum or its seal.
pub fn verify_archive(file: &Path) -> std::result::Result<(), StoreError> {
    let conn = crate::sqlite::copy::whole(file)?;
    if let Some(why) = other_layout(&conn)? {
        return Err(StoreError::OtherLayout(why));
    }
    verify_archived(&conn)?;
    month_audit::verify(&conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_has_large_pages_and_one_that_is_there_keeps_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let [new, old] = ["new.db", "old.db"].map(|name| folder.path().join(name));
        let made = Connection::open(&old).unwrap();
        made.pragma_update(None, "page_size", 4_096).unwrap();
        made.execute_batch(SCHEMA).unwrap();
        drop(made);
        let page = |file: &Path| -> i32 {
            add(&mut for_writing(file).unwrap(), |_adding| Ok(())).unwrap();
            let conn = for_reading(file).unwrap();
            conn.pragma_query_value(None, "page_size", |row| row.get(0))
                .unwrap()
        };
        assert_eq!([page(&new), page(&old)], [PAGE, 4_096]);
    }
}
