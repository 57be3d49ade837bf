//! Whether a copy of a store, or of another database, is whole: read to its end without changing a byte.

use super::{AuditReport, audit, layout, schema, table};
use crate::StoreError;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::Path;

/// What a copy of a store turned out to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyReport {
    /// The layout of its tables, which is the one that this program reads.
    pub layout: i64,
    /// Its audit chains, each of which is whole.
    pub audit: AuditReport,
}

/// Reads a copy of a store: the file's structure, its layout, each row by its checksum, its audit chains from their beginnings.
pub fn verify_store(file: &Path) -> Result<CopyReport, StoreError> {
    let conn = whole(file)?;
    let layout = layout::stored(&conn)?.unwrap_or(0);
    if layout != schema::LAYOUT {
        return Err(layout::other(layout));
    }
    table::verify_all(&conn)?;
    let audit = audit::verify(&conn)?;
    if let Some(bad) = &audit.first_bad {
        return Err(StoreError::Corrupt(format!(
            "row {} of the audit chain of shard {} is not what was written: {}",
            bad.number, bad.shard.0, bad.why
        )));
    }
    Ok(CopyReport { layout, audit })
}

/// Reads a copy of any database: its structure and its references.
pub fn verify_database(file: &Path) -> Result<(), StoreError> {
    whole(file).map(drop)
}

/// A copy whose structure and references are as they should be.
pub(super) fn whole(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags)?;
    let found: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(StoreError::Corrupt(format!(
            "its structure is damaged: {found}"
        )));
    }
    let orphan: Option<String> = conn
        .query_row("PRAGMA foreign_key_check", [], |row| row.get(0))
        .optional()?;
    match orphan {
        None => Ok(conn),
        Some(table) => Err(StoreError::Corrupt(format!(
            "a row of its table {table} refers to none"
        ))),
    }
}
