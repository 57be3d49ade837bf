//! The next version of a record, with the keys that it is found by.

use super::check;
use super::outcome::{NotWritten, Written};
use super::rows::{integer, nanos, number, uuid};
use super::table::{RECORD, RECORD_KEY, RECORD_SEARCH};
use crate::{Batch, Conflict, RecordWrite, Shard, StoreError, Version};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// A record that the batch has written, with what its events are counted from.
pub(super) struct WrittenRecord<'a> {
    pub(super) write: &'a RecordWrite,
    /// How many events it had before the batch.
    pub(super) events_before: i64,
}

/// Optimistic: the version that was read is still there, or the batch is not written.
pub(super) fn write<'a>(
    conn: &Connection,
    batch: &Batch,
    write: &'a RecordWrite,
) -> Written<WrittenRecord<'a>> {
    let about = batch.changes.events.iter();
    let about = about.filter(|event| check::is_about(event, write));
    let events = integer(about.count() as u64);
    let events_before = if write.expected == Version(0) {
        create(conn, batch, write, events)?;
        0
    } else {
        update(conn, batch, write, events)?
    };
    for (name, value) in &write.unique {
        claim_key(conn, write, name, value)?;
    }
    for key in &write.search {
        let (tenant, id) = (write.tenant.as_str(), write.id.as_bytes());
        RECORD_SEARCH.insert(conn, params![tenant, write.kind, key.name, key.value, id])?;
    }
    Ok(WrittenRecord {
        write,
        events_before,
    })
}

fn create(conn: &Connection, batch: &Batch, write: &RecordWrite, events: i64) -> Written<()> {
    let new = params![
        write.tenant.as_str(),
        write.kind,
        write.id.as_bytes(),
        batch.shard.0,
        1,
        events,
        nanos(batch.at),
        &write.body[..]
    ];
    if RECORD.insert(conn, new)? == 1 {
        return Ok(());
    }
    let stands = stored(conn, write)?;
    Err(why_not(batch, write, stands.as_ref()).into())
}

/// Writes the next version; returns how many events there were before it.
fn update(conn: &Connection, batch: &Batch, write: &RecordWrite, events: i64) -> Written<i64> {
    let stands = match stored(conn, write)? {
        Some(stands) if stands.shard == batch.shard.0 && stands.version == write.expected => stands,
        stands => return Err(why_not(batch, write, stands.as_ref()).into()),
    };
    let (version, events) = (integer(write.expected.0) + 1, stands.events + events);
    let (updated, body) = (nanos(batch.at), &write.body[..]);
    let sum = RECORD.begin().values(params![
        write.tenant.as_str(),
        write.kind,
        write.id.as_bytes(),
        batch.shard.0,
        version,
        events,
        updated,
        body
    ])?;
    conn.prepare_cached(
        "UPDATE record SET version = ?2, events = ?3, updated = ?4, body = ?5, sum = ?6 WHERE seq = ?1",
    )?
    .execute(params![
        stands.seq,
        version,
        events,
        updated,
        body,
        sum.finish()
    ])?;
    Ok(stands.events)
}

/// A record as it stands before the batch.
struct Stored {
    seq: i64,
    shard: u16,
    version: Version,
    events: i64,
}

fn stored(conn: &Connection, write: &RecordWrite) -> Written<Option<Stored>> {
    let found = conn
        .prepare_cached(&format!(
            "{} WHERE tenant = ?1 AND kind = ?2 AND id = ?3",
            RECORD.select
        ))?
        .query_row(
            params![write.tenant.as_str(), write.kind, write.id.as_bytes()],
            |row| {
                RECORD.verify(row)?;
                Ok(Stored {
                    shard: row.get(3)?,
                    version: Version(number(row, 4)?),
                    events: row.get(5)?,
                    seq: row.get(9)?,
                })
            },
        )
        .optional()?;
    Ok(found)
}

fn why_not(batch: &Batch, write: &RecordWrite, stands: Option<&Stored>) -> NotWritten {
    match stands {
        Some(stands) if stands.shard != batch.shard.0 => {
            NotWritten::Wrong(StoreError::WrongShard {
                what: format!("{} {}", write.kind, write.id),
                actual: Shard(stands.shard),
                batch: batch.shard,
            })
        }
        stands => NotWritten::Conflict(Conflict::Record {
            kind: write.kind.to_owned(),
            id: write.id,
            actual: stands.map_or(Version(0), |stands| stands.version),
        }),
    }
}

fn claim_key(conn: &Connection, write: &RecordWrite, name: &str, value: &str) -> Written<()> {
    let tenant = write.tenant.as_str();
    let id = write.id.as_bytes();
    if RECORD_KEY.insert(conn, params![tenant, write.kind, name, value, id])? == 1 {
        return Ok(());
    }
    let stands = holder(conn, (tenant, write.kind), (name, value))?;
    let holder = stands.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    if holder == write.id {
        return Ok(());
    }
    Err(Conflict::Unique {
        kind: write.kind.to_owned(),
        name: name.to_owned(),
        holder,
    }
    .into())
}

/// The record that has a business key.
pub(super) fn holder(
    conn: &Connection,
    (tenant, kind): (&str, &str),
    (name, value): (&str, &str),
) -> rusqlite::Result<Option<Uuid>> {
    let sql = format!(
        "{} WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4",
        RECORD_KEY.select
    );
    conn.prepare_cached(&sql)?
        .query_row([tenant, kind, name, value], |row| {
            RECORD_KEY.verify(row)?;
            uuid(row, 4)
        })
        .optional()
}
