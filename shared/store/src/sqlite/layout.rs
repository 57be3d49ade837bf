//! Which layout a store's tables have, and what to say where it is not the one that this program reads.

use super::schema;
use crate::StoreError;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::Path;

/// The layout that an open store says it has; none where nothing is laid out yet.
pub(super) fn stored(conn: &Connection) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT value FROM meta WHERE name = 'layout'";
    conn.query_row(sql, [], |row| row.get(0)).optional()
}

/// The layout that a file says it has; none where there is no file, or it cannot say.
pub(super) fn of_file(path: &Path) -> Option<i64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).ok()?;
    stored(&conn).ok().flatten()
}

/// The refusal of a store with that layout.
pub(super) fn other(layout: i64) -> StoreError {
    let ours = schema::LAYOUT;
    let why = format!(
        "the store has layout {layout} and this program reads {ours}; use the version that wrote it, or --data with a new folder if nothing in this one is needed"
    );
    StoreError::OtherLayout(why)
}
