//! Who reads a feed, and how far each has come: what one has not acknowledged does not leave for the archive.

use super::rows::{self, nanos};
use super::table::READER;
use crate::{FeedReader, Position, Shard};
use crossdock_model::Timestamp;
use rusqlite::{Connection, Result, params};

/// Notes how far the reader has come, the first time it says so too.
pub(super) fn acknowledge(
    conn: &Connection,
    (feed, reader): (&str, &str),
    acknowledged: &Position,
    now: Timestamp,
) -> Result<()> {
    let offsets = acknowledged.0.iter();
    let offsets = offsets.map(|place| place.map_or(0, |place| place.offset));
    let packed: Vec<u8> = offsets.flat_map(u64::to_le_bytes).collect();
    READER
        .insert(conn, params![feed, reader, packed, nanos(now)])
        .map(drop)
}

/// All readers of a feed, by name.
pub(super) fn of(conn: &Connection, feed: &str) -> Result<Vec<FeedReader>> {
    let sql = format!("{} WHERE feed = ?1 ORDER BY reader", READER.select);
    super::read::collect(conn, &sql, [feed], rows::reader)
}

/// Up to which offset every reader of a shard has acknowledged; none where the feed has no reader.
pub(super) fn all_have_read(conn: &Connection, feed: &str, shard: Shard) -> Result<Option<u64>> {
    let acknowledged = |reader: FeedReader| {
        let of_shard = reader.acknowledged.get(usize::from(shard.0)).copied();
        of_shard.unwrap_or(0)
    };
    Ok(of(conn, feed)?.into_iter().map(acknowledged).min())
}

/// Whether there was one.
pub(super) fn forget(conn: &Connection, feed: &str, reader: &str) -> Result<bool> {
    let gone = conn
        .prepare_cached("DELETE FROM reader WHERE feed = ?1 AND reader = ?2")?
        .execute([feed, reader])?;
    Ok(gone > 0)
}
