//! The reads of the port, each of one moment.

use super::feed;
use super::memory::Memory;
use super::pieces::{Depth, Found, Pieces, StoredBatch, StoredSnapshot, snapshot_revision};
use super::position;
use super::record::holder;
use super::rows::{self, integer};
use super::schema::{AFTER_EVERY_ID, EVENT_OFFSETS, REVISIONS, event_base, journal_base};
use super::table::{
    ANSWER, CURSOR, DEFINITION, EVENT, FEED, JOURNAL, JOURNEY_ARCHIVED, RECORD, SNAPSHOT, WORKFLOW,
};
use crate::{
    Answer, ArchiveMonth, InstanceRow, MessageId, Position, Record, RecordRef, Shard, StoreError,
    StoredEvent,
};
use bytes::Bytes;
use crossdock_model::{InstanceId, Tenant};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::sync::Arc;
use uuid::Uuid;

/// An instance with what the live tables have of it.
pub(super) fn instance(conn: &Connection, id: InstanceId, depth: Depth) -> Result<Option<Found>> {
    let moment = conn.unchecked_transaction()?;
    let Some(mut found) = row(&moment, id)? else {
        return Ok(None);
    };
    let snapshot = match depth {
        Depth::SinceSnapshot => snapshot_of(&moment, found.seq)?,
        Depth::Whole => None,
    };
    found.pieces = Pieces {
        batches: batches_of(&moment, found.seq, snapshot_revision(snapshot.as_ref()))?,
        answer: answer_of(&moment, found.seq)?,
        snapshot,
    };
    Ok(Some(found))
}

/// An instance with its answer and nothing of its journal.
pub(super) fn answer(conn: &Connection, id: InstanceId) -> Result<Option<Found>> {
    let moment = conn.unchecked_transaction()?;
    let Some(mut found) = row(&moment, id)? else {
        return Ok(None);
    };
    found.pieces.answer = answer_of(&moment, found.seq)?;
    Ok(Some(found))
}

fn row(conn: &Connection, id: InstanceId) -> Result<Option<Found>> {
    conn.prepare_cached(&format!("{} WHERE id = ?1", WORKFLOW.select))?
        .query_row([id.0.as_bytes()], found)
        .optional()
}

/// A row of [`WORKFLOW`], with nothing beside it yet.
pub(super) fn found(row: &Row<'_>) -> Result<Found> {
    Ok(Found {
        row: rows::instance(row)?,
        journal: row.get(13)?,
        seq: row.get(17)?,
        pieces: Pieces::default(),
    })
}

pub(super) fn snapshot_of(conn: &Connection, seq: i64) -> Result<Option<StoredSnapshot>> {
    conn.prepare_cached(&format!("{} WHERE seq = ?1", SNAPSHOT.select))?
        .query_row([seq], |row| {
            SNAPSHOT.verify(row)?;
            Ok(StoredSnapshot {
                revision: rows::number(row, 1)?,
                journal: row.get(2)?,
                body: rows::bytes(row, 3)?,
            })
        })
        .optional()
}

pub(super) fn answer_of(conn: &Connection, seq: i64) -> Result<Option<Answer>> {
    conn.prepare_cached(&format!("{} WHERE seq = ?1", ANSWER.select))?
        .query_row([seq], |row| {
            ANSWER.verify(row)?;
            Ok(Answer {
                status: row.get(1)?,
                body: row.get(2)?,
            })
        })
        .optional()
}

/// What is live of an instance's journal after that revision.
pub(super) fn batches_of(conn: &Connection, seq: i64, after: i64) -> Result<Vec<StoredBatch>> {
    let base = journal_base(seq);
    let sql = format!(
        "{} WHERE place > ?1 AND place < ?2 ORDER BY place",
        JOURNAL.select
    );
    let places = [base + after, base + integer(REVISIONS)];
    collect(conn, &sql, places, |row| {
        JOURNAL.verify(row)?;
        Ok(StoredBatch {
            revision: row.get::<_, i64>(0)? - base,
            packed: row.get(1)?,
        })
    })
}

pub(super) fn instance_by_key(
    conn: &Connection,
    tenant: &Tenant,
    workflow: &str,
    key: &str,
) -> Result<Option<InstanceRow>> {
    let sql = format!(
        "{} WHERE tenant = ?1 AND workflow = ?2 AND key = ?3",
        WORKFLOW.select
    );
    conn.prepare_cached(&sql)?
        .query_row(params![tenant.as_str(), workflow, key], rows::instance)
        .optional()
}

pub(super) fn record(
    conn: &Connection,
    tenant: &Tenant,
    kind: &str,
    id: Uuid,
) -> Result<Option<Record>> {
    conn.prepare_cached(&format!(
        "{} WHERE tenant = ?1 AND kind = ?2 AND id = ?3",
        RECORD.select
    ))?
    .query_row(params![tenant.as_str(), kind, id.as_bytes()], rows::record)
    .optional()
}

pub(super) fn load(
    conn: &Connection,
    tenant: &Tenant,
    wanted: &[RecordRef],
) -> Result<Vec<Option<Record>>> {
    let moment = conn.unchecked_transaction()?;
    let each = wanted.iter();
    each.map(|wanted| record(&moment, tenant, wanted.kind, wanted.id))
        .collect()
}

pub(super) fn record_by_key(
    conn: &Connection,
    tenant: &Tenant,
    kind: &str,
    key: (&str, &str),
) -> Result<Option<Record>> {
    let moment = conn.unchecked_transaction()?;
    let holder = holder(&moment, (tenant.as_str(), kind), key)?;
    holder.map_or(Ok(None), |id| record(&moment, tenant, kind, id))
}

pub(super) fn records(
    conn: &Connection,
    tenant: &Tenant,
    kind: &str,
    before: Option<Uuid>,
    limit: usize,
) -> Result<Vec<Record>> {
    let sql = format!(
        "{} WHERE tenant = ?1 AND kind = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4",
        RECORD.select
    );
    let before = before.unwrap_or(AFTER_EVERY_ID);
    let values = params![
        tenant.as_str(),
        kind,
        before.as_bytes(),
        integer(limit as u64)
    ];
    collect(conn, &sql, values, rows::record)
}

/// Where a feed begins: what is before it is in the archive.
pub(super) fn beginning(conn: &Connection, memory: &Memory, feed: &str) -> Result<Position> {
    let moment = conn.unchecked_transaction()?;
    let number = number_of(&moment, memory, feed)?;
    number.map_or(Ok(Position::default()), |number| {
        position::beginning(&moment, number)
    })
}

/// Where a feed ends: the last event of each shard.
pub(super) fn end(conn: &Connection, memory: &Memory, shards: u16, feed: &str) -> Result<Position> {
    let moment = conn.unchecked_transaction()?;
    let number = number_of(&moment, memory, feed)?;
    number.map_or(Ok(Position::default()), |number| {
        position::end(&moment, (&feed.into(), number), shards)
    })
}

fn number_of(conn: &Connection, memory: &Memory, feed: &str) -> Result<Option<i64>> {
    match memory.feed(feed) {
        Some(number) => Ok(Some(number)),
        None => feed::stored(conn, feed),
    }
}

/// Every shard gets its share of the limit first, so that a busy one does not starve the others.
pub(super) fn events(
    conn: &Connection,
    memory: &Memory,
    shards: u16,
    ask: (&str, &Position, usize),
) -> Result<Result<Vec<StoredEvent>, StoreError>> {
    let (feed, after, limit) = ask;
    let moment = conn.unchecked_transaction()?;
    let number = number_of(&moment, memory, feed)?;
    let name: Arc<str> = feed.into();
    let after = match position::reads_on(&moment, (&name, number), after)? {
        Ok(after) => after,
        Err(cannot) => return Ok(Err(cannot)),
    };
    let Some(number) = number else {
        return Ok(Ok(Vec::new()));
    };
    let share = limit.div_ceil(usize::from(shards.max(1))).max(1);
    let mut reads: Vec<(i64, i64, bool)> = (0..shards)
        .map(|shard| {
            let base = event_base(number, Shard(shard));
            let read = after.0.get(usize::from(shard)).copied().flatten();
            let offset = read.map_or(0, |read| read.offset);
            (
                base + integer(offset).min(EVENT_OFFSETS),
                base + EVENT_OFFSETS,
                true,
            )
        })
        .collect();
    let sql = format!(
        "{} WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
        EVENT.select
    );
    let mut found = Vec::new();
    while found.len() < limit && reads.iter().any(|(_, _, more)| *more) {
        for (from, end, more) in reads.iter_mut().filter(|(_, _, more)| *more) {
            let wanted = share.min(limit - found.len());
            if wanted == 0 {
                break;
            }
            let values = params![*from, *end, integer(wanted as u64)];
            let some: Vec<(i64, StoredEvent)> = collect(&moment, &sql, values, |row| {
                Ok((row.get(0)?, rows::event(row, &name)?))
            })?;
            *more = some.len() == wanted;
            // Nothing but damage leaves a hole.
            for (place, event) in &some {
                *from += 1;
                if *place != *from {
                    let lost = format!("before {} of feed {feed}, {:?}", event.offset, event.shard);
                    return Err(EVENT.damaged(lost));
                }
            }
            found.extend(some.into_iter().map(|(_, event)| event));
        }
    }
    found.sort_by_key(|event| (event.shard, event.offset));
    Ok(Ok(found))
}

/// A month that has events of a journey, and how many.
pub(super) type ArchivedPart = (ArchiveMonth, u64);

/// The live events of a journey, and the months of the archive that have more of it.
pub(super) fn correlated_events(
    conn: &Connection,
    tenant: &Tenant,
    correlation: &str,
) -> Result<(Vec<StoredEvent>, Vec<ArchivedPart>)> {
    let moment = conn.unchecked_transaction()?;
    let feeds = feed::names(&moment)?;
    let sql = format!("{} WHERE correlation = ?1 AND tenant = ?2", EVENT.select);
    let values = params![correlation, tenant.as_str()];
    let live = collect(&moment, &sql, values, |row| {
        let feed = feeds.get(&(row.get::<_, i64>(0)? >> 56));
        let unknown = || FEED.damaged("of a stored event".to_owned());
        rows::event(row, feed.ok_or_else(unknown)?)
    })?;
    let sql = format!(
        "{} WHERE correlation = ?1 ORDER BY month",
        JOURNEY_ARCHIVED.select
    );
    let months = collect(&moment, &sql, [correlation], |row| {
        JOURNEY_ARCHIVED.verify(row)?;
        Ok((rows::month(row.get(1)?)?, rows::number(row, 2)?))
    })?;
    Ok((live, months))
}

pub(super) fn cursor(conn: &Connection, reader: &str) -> Result<Option<Arc<str>>> {
    conn.prepare_cached(&format!("{} WHERE reader = ?1", CURSOR.select))?
        .query_row([reader], |row| {
            CURSOR.verify(row)?;
            row.get(1)
        })
        .optional()
}

pub(super) fn seen(conn: &Connection, message: &MessageId) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM inbox WHERE source = ?1 AND id = ?2")?
        .exists(params![message.source, message.id])
}

pub(super) fn definition(conn: &Connection, hash: &str) -> Result<Option<Bytes>> {
    conn.prepare_cached(&format!("{} WHERE hash = ?1", DEFINITION.select))?
        .query_row([hash], |row| {
            DEFINITION.verify(row)?;
            rows::bytes(row, 2)
        })
        .optional()
}

/// All rows of a statement.
pub(super) fn collect<T>(
    conn: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    conn.prepare_cached(sql)?.query_map(values, read)?.collect()
}
