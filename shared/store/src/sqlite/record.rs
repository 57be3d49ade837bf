//! The next version of a record, with the business keys that only it may have.

use super::check;
use super::outcome::{NotWritten, Written};
use super::rows::{integer, nanos, number, uuid};
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
    let events = about.fold(0, |count, _| count + 1);
    let events_before = if write.expected == Version(0) {
        create(conn, batch, write, events)?;
        0
    } else {
        update(conn, batch, write, events)?
    };
    for (name, value) in &write.unique {
        claim_key(conn, write, name, value)?;
    }
    Ok(WrittenRecord {
        write,
        events_before,
    })
}

fn create(conn: &Connection, batch: &Batch, write: &RecordWrite, events: i64) -> Written<()> {
    let new = conn
        .prepare_cached(
            "INSERT INTO record (tenant, kind, id, shard, version, events, updated, body)
             VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            write.tenant.as_str(),
            write.kind,
            write.id.as_bytes(),
            batch.shard.0,
            events,
            nanos(batch.at),
            &write.body[..]
        ])?;
    if new == 1 {
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
    conn.prepare_cached(
        "UPDATE record SET version = ?2, events = ?3, updated = ?4, body = ?5 WHERE seq = ?1",
    )?
    .execute(params![
        stands.seq,
        integer(write.expected.0) + 1,
        stands.events + events,
        nanos(batch.at),
        &write.body[..]
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
        .prepare_cached(
            "SELECT seq, shard, version, events FROM record WHERE tenant = ?1 AND kind = ?2 AND id = ?3",
        )?
        .query_row(
            params![write.tenant.as_str(), write.kind, write.id.as_bytes()],
            |row| {
                Ok(Stored {
                    seq: row.get(0)?,
                    shard: row.get(1)?,
                    version: Version(number(row, 2)?),
                    events: row.get(3)?,
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
    let new = conn
        .prepare_cached(
            "INSERT INTO record_key (tenant, kind, name, value, id) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(params![tenant, write.kind, name, value, write.id.as_bytes()])?;
    if new == 1 {
        return Ok(());
    }
    let holder: Uuid = conn
        .prepare_cached("SELECT id FROM record_key WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4")?
        .query_row(params![tenant, write.kind, name, value], |row| uuid(row, 0))?;
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
