//! Where a reader of a feed reads on, and whether its position is one of the feed that stands here.

use super::rows;
use super::schema::{EVENT_OFFSETS, event_base};
use super::table::{EVENT, EVENT_ARCHIVED};
use crate::{
    ArchivedEvents, ArchivedShard, Displaced, DisplacedShard, Place, Position, Shard, StoreError,
};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::sync::Arc;

/// The last event of each shard that has left for the archive; empty while none has.
pub(super) fn beginning(conn: &Connection, number: i64) -> Result<Position> {
    let (first, last) = (
        event_base(number, Shard(0)),
        event_base(number, Shard(u16::MAX)),
    );
    let sql = format!("{} WHERE base >= ?1 AND base <= ?2", EVENT_ARCHIVED.select);
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(params![first, last])?;
    let mut places = Vec::new();
    while let Some(row) = rows.next()? {
        let (shard, place) = rows::archived_event(row)?;
        let index = usize::from(shard.0);
        if places.len() <= index {
            places.resize(index + 1, None);
        }
        if let Some(of_shard) = places.get_mut(index) {
            *of_shard = Some(place);
        }
    }
    Ok(Position(places))
}

/// The last event of each shard, which may have left for the archive.
pub(super) fn end(conn: &Connection, feed: (&Arc<str>, i64), shards: u16) -> Result<Position> {
    let (name, number) = feed;
    let begins = beginning(conn, number)?;
    let mut places = Vec::new();
    for shard in (0..shards).map(Shard) {
        let archived = || begins.0.get(usize::from(shard.0)).copied().flatten();
        let last = standing(conn, (name, number, shard), u64::MAX)?;
        places.push(last.or_else(archived));
    }
    Ok(Position(places))
}

/// Where a reader at that position reads on, or why it cannot; a feed without a number has no events.
pub(super) fn reads_on(
    conn: &Connection,
    feed: (&Arc<str>, Option<i64>),
    position: &Position,
) -> Result<std::result::Result<Position, StoreError>> {
    let (name, number) = feed;
    let begins = number.map_or(Ok(Position::default()), |number| beginning(conn, number))?;
    if position.0.iter().all(Option::is_none) {
        return Ok(Ok(begins));
    }
    let (mut displaced, mut archived) = (Vec::new(), Vec::new());
    let shards = position.0.len().max(begins.0.len());
    for (index, shard) in (0..shards).zip((0..=u16::MAX).map(Shard)) {
        let at = |of: &Position| of.0.get(index).copied().flatten();
        let (read, begin) = (at(position), at(&begins));
        let (offset, left) = (of(read), of(begin));
        if offset < left {
            archived.push(ArchivedShard {
                shard,
                read: offset,
                archived: left,
            });
            continue;
        }
        let Some(read) = read else { continue };
        let found = match (begin, number) {
            (Some(begin), _) if begin.offset == offset => Some(begin),
            (_, Some(number)) => standing(conn, (name, number, shard), offset)?,
            (_, None) => None,
        };
        if found != Some(read) {
            displaced.push(DisplacedShard { shard, read, found });
        }
    }
    let feed = Arc::clone(name);
    Ok(if !displaced.is_empty() {
        let shards = displaced;
        Err(StoreError::Displaced(Displaced { feed, shards }))
    } else if !archived.is_empty() {
        let shards = archived;
        Err(StoreError::EventsArchived(ArchivedEvents { feed, shards }))
    } else {
        Ok(position.clone())
    })
}

fn of(place: Option<Place>) -> u64 {
    place.map_or(0, |place| place.offset)
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
