//! How far each chain is in the archive, month by month.

use super::seal::Hash;
use crate::sqlite::read::collect;
use crate::sqlite::rows::{integer, number};
use crate::sqlite::table::AUDIT_ARCHIVED;
use crate::{ArchiveMonth, Shard};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

/// The last row of a chain that a month of the archive has.
#[derive(Debug, Clone, Copy)]
pub(in crate::sqlite) struct ArchivedHead {
    pub(in crate::sqlite) shard: Shard,
    pub(in crate::sqlite) month: ArchiveMonth,
    pub(in crate::sqlite) number: u64,
    pub(in crate::sqlite) hash: Hash,
}

/// Every chain's months, one after the other.
pub(in crate::sqlite) fn archived(conn: &Connection) -> Result<Vec<ArchivedHead>> {
    let sql = format!("{} ORDER BY shard, month", AUDIT_ARCHIVED.select);
    collect(conn, &sql, [], head)
}

/// The last of a chain.
pub(in crate::sqlite) fn last_archived(
    conn: &Connection,
    shard: Shard,
) -> Result<Option<ArchivedHead>> {
    conn.prepare_cached(&format!(
        "{} WHERE shard = ?1 ORDER BY month DESC LIMIT 1",
        AUDIT_ARCHIVED.select
    ))?
    .query_row([shard.0], head)
    .optional()
}

/// A month has the chain up to there.
pub(in crate::sqlite) fn set_archived(conn: &Connection, head: &ArchivedHead) -> Result<()> {
    let values = params![
        head.shard.0,
        head.month.number(),
        integer(head.number),
        head.hash
    ];
    AUDIT_ARCHIVED.insert(conn, values).map(drop)
}

fn head(row: &Row<'_>) -> Result<ArchivedHead> {
    AUDIT_ARCHIVED.verify(row)?;
    let month: i64 = row.get(1)?;
    let no_month = rusqlite::Error::IntegralValueOutOfRange(1, month);
    Ok(ArchivedHead {
        shard: Shard(row.get(0)?),
        month: ArchiveMonth::from_number(month).ok_or(no_month)?,
        number: number(row, 2)?,
        hash: row.get(3)?,
    })
}
