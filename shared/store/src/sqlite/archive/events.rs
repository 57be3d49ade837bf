//! Events leave in the order of their feed's shards, up to what every registered reader has acknowledged.

use super::chain::{Chain, Link};
use super::leaving::{Bite, Leaving};
use super::month_event;
use super::place::Stage;
use crate::sqlite::rows::{self, integer};
use crate::sqlite::schema::EVENT_OFFSETS;
use crate::sqlite::table::{EVENT, EVENT_ARCHIVED, FEED, JOURNEY_ARCHIVED};
use crate::sqlite::{feed, reader};
use crate::{ArchiveMonth, StoredEvent};
use crossdock_model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An event with its key, as it was at one moment.
#[derive(Debug)]
pub(super) struct LeavingEvent {
    place: i64,
    pub(super) event: StoredEvent,
}

/// Those of the next shard of a feed after that place that were written before that time.
pub(super) fn before(
    conn: &Connection,
    before: Timestamp,
    after: i64,
    most: usize,
) -> Result<Bite<LeavingEvent>> {
    let moment = conn.unchecked_transaction()?;
    let Some(base) = next_base(&moment, after)? else {
        return Ok(Bite::default());
    };
    let chain = chain(&moment, base)?;
    let names = feed::names(&moment)?;
    let unknown = || FEED.damaged("of a stored event".to_owned());
    let name = names.get(&(base >> 56)).ok_or_else(unknown)?;
    let shard = rows::shard_of_place(base);
    let held = reader::all_have_read(&moment, name, shard)?;
    let until = held.map_or(chain.end, |offset| {
        base + integer(offset).min(EVENT_OFFSETS)
    });
    let mut statement = moment.prepare_cached(&selection())?;
    let last = last_place(&moment, base)?;
    let values = params![chain.archived, until.min(last - 1), integer(most as u64)];
    let found = statement.query_map(values, |row| {
        Ok(LeavingEvent {
            place: row.get(0)?,
            event: rows::event(row, name)?,
        })
    })?;
    let mut bite = chain.bite(&moment, found, (before, most), Stage::Events)?;
    if bite.next == Some(Stage::Events(chain.end)) {
        let next = first_at(&moment, (until, last - 1))?;
        bite.held_back = usize::from(next.is_some_and(|at| at < before));
    }
    Ok(bite)
}

/// When the first event after a place was written, up to another place.
fn first_at(conn: &Connection, (after, until): (i64, i64)) -> Result<Option<Timestamp>> {
    let at = |row: &Row<'_>| Ok(rows::event(row, &Arc::from(""))?.at);
    conn.prepare_cached(&selection())?
        .query_row(params![after, until, 1], at)
        .optional()
}

fn selection() -> String {
    format!(
        "{} WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
        EVENT.select
    )
}

/// Whether anything that belongs into that month, or one before it, is still to leave.
pub(super) fn some_of(conn: &Connection, month: ArchiveMonth) -> Result<bool> {
    let moment = conn.unchecked_transaction()?;
    let mut after = 0;
    while let Some(base) = next_base(&moment, after)? {
        let chain = chain(&moment, base)?;
        let last = last_place(&moment, base)?;
        let first = first_at(&moment, (chain.archived, last - 1))?;
        if chain.has_some_of(first, month) {
            return Ok(true);
        }
        after = chain.end;
    }
    Ok(false)
}

/// The place before the first event of the next shard of a feed that has one.
fn next_base(conn: &Connection, after: i64) -> Result<Option<i64>> {
    conn.prepare_cached("SELECT place FROM event WHERE place > ?1 ORDER BY place LIMIT 1")?
        .query_row([after], |row| row.get(0))
        .optional()
        .map(|place: Option<i64>| place.map(|place| place - (place & EVENT_OFFSETS)))
}

fn last_place(conn: &Connection, base: i64) -> Result<i64> {
    conn.prepare_cached("SELECT max(place) FROM event WHERE place > ?1 AND place <= ?2")?
        .query_row([base, base + EVENT_OFFSETS], |row| row.get(0))
}

fn chain(conn: &Connection, base: i64) -> Result<Chain> {
    let archived = conn
        .prepare_cached(&format!("{} WHERE base = ?1", EVENT_ARCHIVED.select))?
        .query_row([base], |row| {
            let (_, place) = rows::archived_event(row)?;
            let month = ArchiveMonth::from_number(row.get(4)?);
            Ok((base + integer(place.offset), month))
        })
        .optional()?;
    let (archived, month) = archived.unwrap_or((base, None));
    Ok(Chain {
        base,
        end: base + EVENT_OFFSETS,
        archived,
        month,
    })
}

impl Link for LeavingEvent {
    fn place(&self) -> i64 {
        self.place
    }

    fn at(&self) -> Timestamp {
        self.event.at
    }

    fn bytes(&self) -> usize {
        self.event.data.len()
    }
}

impl Leaving for LeavingEvent {
    const AT_ONCE: usize = 250;

    fn write(adding: &Connection, some: &[Self]) -> Result<()> {
        some.iter()
            .try_for_each(|one| month_event::write(adding, &one.event))
    }

    /// All of one shard of a feed, one after the other.
    fn settle(conn: &Connection, month: ArchiveMonth, some: &[Self]) -> Result<usize> {
        let (Some(first), Some(last)) = (some.first(), some.last()) else {
            return Ok(0);
        };
        let gone = conn
            .prepare_cached("DELETE FROM event WHERE place >= ?1 AND place <= ?2")?
            .execute([first.place, last.place])?;
        let (base, place) = (
            last.place - (last.place & EVENT_OFFSETS),
            last.event.place(),
        );
        let values = params![
            base,
            integer(place.offset),
            place.event.as_bytes(),
            rows::nanos(place.at),
            month.number()
        ];
        EVENT_ARCHIVED.insert(conn, values)?;
        let journeys: BTreeSet<&str> = some.iter().map(|one| &*one.event.correlation).collect();
        for journey in journeys {
            JOURNEY_ARCHIVED.insert(conn, params![journey, month.number()])?;
        }
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema::SCHEMA;

    #[test]
    fn what_is_to_leave_is_found_without_a_look_at_anything_else() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {}", selection());
        let mut statement = conn.prepare(&plan).unwrap();
        let steps = statement.query_map([0, 0, 0], |row| row.get::<_, String>(3));
        let steps: Vec<String> = steps.unwrap().map(Result::unwrap).collect();
        assert_eq!(
            steps,
            ["SEARCH event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]
        );
    }
}
