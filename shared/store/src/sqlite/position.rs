//! Whether a reader's position is one of the feed that stands here.

use super::rows;
use super::schema::{EVENT_OFFSETS, event_base};
use super::table::EVENT;
use crate::{Displaced, DisplacedShard, Place, Position, Shard};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::sync::Arc;

/// The shards in which something else stands than was read, if there is one; a feed without a number has no events.
pub(super) fn displaced(
    conn: &Connection,
    feed: (&Arc<str>, Option<i64>),
    position: &Position,
) -> Result<Option<Displaced>> {
    let (name, number) = feed;
    let mut shards = Vec::new();
    for (shard, read) in (0..=u16::MAX).map(Shard).zip(&position.0) {
        let Some(read) = *read else { continue };
        let found = match number {
            Some(number) => standing(conn, (name, number, shard), read.offset)?,
            None => None,
        };
        if found != Some(read) {
            shards.push(DisplacedShard { shard, read, found });
        }
    }
    let feed = Arc::clone(name);
    Ok((!shards.is_empty()).then_some(Displaced { feed, shards }))
}

/// What stands at an offset, or last before it.
fn standing(
    conn: &Connection,
    (name, number, shard): (&Arc<str>, i64, Shard),
    offset: u64,
) -> Result<Option<Place>> {
    let base = event_base(number, shard);
    let place = base + rows::integer(offset).min(EVENT_OFFSETS);
    conn.prepare_cached(&format!(
        "{} WHERE place > ?1 AND place <= ?2 ORDER BY place DESC LIMIT 1",
        EVENT.select
    ))?
    .query_row(params![base, place], |row| {
        Ok(rows::event(row, name)?.place())
    })
    .optional()
}
