//! Events leave in the order of their feed's shards, up to what every registered reader has acknowledged.

use super::chain::{Chain, Chains, Link};
use super::leaving::{Bite, Leaving};
use super::month_event;
use super::place::Stage;
use crate::sqlite::rows::{self, integer};
use crate::sqlite::schema::EVENT_OFFSETS;
use crate::sqlite::table::{EVENT, EVENT_ARCHIVED, FEED, JOURNEY_ARCHIVED};
use crate::sqlite::{feed, reader};
use crate::{ArchiveMonth, StoredEvent};
use crossdock_model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::collections::BTreeMap;

/// Each shard of a feed is a chain.
const SHARDS: Chains = Chains {
    table: "event",
    numbers: EVENT_OFFSETS,
};

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
    let Some(base) = SHARDS.next_base(&moment, after)? else {
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
    let last = SHARDS.last(&moment, base)?;
    let values = params![chain.archived, until.min(last - 1), integer(most as u64)];
    let found = statement.query_map(values, |row| {
        Ok(LeavingEvent {
            place: row.get(0)?,
            event: rows::event(row, name)?,
        })
    })?;
    let mut bite = chain.bite(&moment, found, (before, most), Stage::Events)?;
    if bite.next == Some(Stage::Events(chain.end)) {
        let next = SHARDS.first_at(&moment, (until, last - 1))?;
        bite.held_back = usize::from(next.is_some_and(|at| at < before));
    }
    Ok(bite)
}

fn selection() -> String {
    format!(
        "{} WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
        EVENT.select
    )
}

/// Whether anything that belongs into that month, or one before it, is still to leave.
pub(super) fn some_of(conn: &Connection, month: ArchiveMonth) -> Result<bool> {
    SHARDS.some_of(conn, month, chain)
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

/// How many events of a journey the month has.
fn archived_of(conn: &Connection, journey: &str, month: ArchiveMonth) -> Result<i64> {
    let sql = format!(
        "{} WHERE correlation = ?1 AND month = ?2",
        JOURNEY_ARCHIVED.select
    );
    let archived = conn
        .prepare_cached(&sql)?
        .query_row(params![journey, month.number()], |row| {
            JOURNEY_ARCHIVED.verify(row)?;
            row.get(2)
        })
        .optional()?;
    Ok(archived.unwrap_or(0))
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

    /// Those of a journey lie side by side there: it is read as a whole.
    fn write(adding: &Connection, some: &[Self]) -> Result<()> {
        let mut events: Vec<&StoredEvent> = some.iter().map(|one| &one.event).collect();
        events.sort_by(|one, other| one.correlation.cmp(&other.correlation));
        let mut events = events.into_iter();
        events.try_for_each(|event| month_event::write(adding, event))
    }

    /// All of one shard of a feed, one after the other.
    fn settle(conn: &Connection, month: ArchiveMonth, some: &[Self]) -> Result<usize> {
        let (Some(first), Some(last)) = (some.first(), some.last()) else {
            return Ok(0);
        };
        let gone = SHARDS.delete(conn, (first.place, last.place))?;
        let (base, place) = (SHARDS.base_of(last.place), last.event.place());
        let values = params![
            base,
            integer(place.offset),
            place.event.as_bytes(),
            rows::nanos(place.at),
            month.number()
        ];
        EVENT_ARCHIVED.insert(conn, values)?;
        let mut journeys: BTreeMap<&str, i64> = BTreeMap::new();
        for one in some {
            *journeys.entry(&one.event.correlation).or_default() += 1;
        }
        for (journey, events) in journeys {
            let events = events + archived_of(conn, journey, month)?;
            JOURNEY_ARCHIVED.insert(conn, params![journey, month.number(), events])?;
        }
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shard;
    use crate::sqlite::archive::{month_file, plan};
    use uuid::Uuid;

    fn event(offset: u64, correlation: &str) -> LeavingEvent {
        let id = Uuid::from_u128(offset.into());
        LeavingEvent {
            place: integer(offset),
            event: StoredEvent {
                id,
                feed: "order".into(),
                shard: Shard(0),
                offset,
                tenant: "north".into(),
                aggregate_kind: "order".into(),
                aggregate_id: id,
                sequence: offset,
                kind: "OrderPlaced".into(),
                correlation: correlation.into(),
                causation: None,
                traceparent: None,
                at: Timestamp::UNIX_EPOCH,
                data: "{}".into(),
            },
        }
    }

    #[test]
    fn events_of_a_journey_lie_side_by_side_in_their_order_and_a_repetition_changes_nothing() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(month_file::SCHEMA).unwrap();
        let some = [(1, "b"), (2, "a"), (3, "b"), (4, "a")];
        let some = some.map(|(offset, journey)| event(offset, journey));
        for _again in 0..2 {
            LeavingEvent::write(&conn, &some).unwrap();
            let sql = "SELECT number FROM archived_event ORDER BY rowid";
            let mut statement = conn.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get(0)).unwrap();
            let rows: Vec<i64> = rows.map(Result::unwrap).collect();
            assert_eq!(rows, [2, 4, 1, 3]);
        }
    }

    #[test]
    fn what_is_to_leave_is_found_without_a_look_at_anything_else() {
        let plan = plan::of(&selection(), 3);
        assert_eq!(
            plan,
            ["SEARCH event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]
        );
    }
}
