//! A write that shows whether a file takes writes.

use rusqlite::Connection;

/// Its own table, empty but for the moment of a probe.
pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS write_probe (body BLOB NOT NULL)";

/// As much as some eighty orders: a disk that has no more room than for one row is full.
const BYTES: i64 = 256 << 10;

/// Two commits, each with its sync: one that makes the file grow, one that leaves the room to whoever comes next.
pub(crate) fn write(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute(
        "INSERT INTO write_probe (body) VALUES (zeroblob(?1))",
        [BYTES],
    )?;
    conn.execute("DELETE FROM write_probe", [])?;
    Ok(())
}
