//! What a batch does to a workflow instance: its row, its journal, its snapshot, its answer.

use super::outcome::{NotWritten, Written};
use super::rows::{integer, nanos, pack, status_code, uuid};
use super::schema::journal_base;
use crate::{Batch, Conflict, InstanceHeader, InstanceWrite, Shard, StoreError};
use crossdock_model::InstanceId;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// An instance as it stands before the batch, as far as the batch's rows need it.
pub(super) struct Existing {
    seq: i64,
    status: i64,
    due: Option<i64>,
    parked: bool,
    /// The correlation id and the trace that began it, where the batch has events to name them.
    pub(super) origin: Option<(String, Option<String>)>,
}

/// Finds the instance that a batch goes on with, at the revision it was read at.
pub(super) fn existing(conn: &Connection, batch: &Batch) -> Written<Option<Existing>> {
    let Some(write) = batch.instance.as_ref().filter(|write| !write.creates()) else {
        return Ok(None);
    };
    let wants_origin = !batch.changes.events.is_empty();
    let found = conn
        .prepare_cached(
            "SELECT seq, shard, revision, status, due, parked IS NOT NULL, correlation, traceparent FROM workflow WHERE id = ?1",
        )?
        .query_row([write.id.0.as_bytes()], |row| {
            let origin = if wants_origin { Some((row.get(6)?, row.get(7)?)) } else { None };
            let existing =
                Existing { seq: row.get(0)?, status: row.get(3)?, due: row.get(4)?, parked: row.get(5)?, origin };
            Ok((existing, row.get::<_, u16>(1)?, row.get::<_, i64>(2)?))
        })
        .optional()?;
    match found {
        Some((_, shard, _)) if shard != batch.shard.0 => Err(other_shard(write, shard, batch)),
        Some((existing, _, revision)) if revision == integer(write.expected) => Ok(Some(existing)),
        Some(_) | None => Err(Conflict::Revision { instance: write.id }.into()),
    }
}

/// Writes the instance's rows. What it answers of a new instance has no origin: that is in its header.
pub(super) fn write(
    conn: &Connection,
    batch: &Batch,
    existing: Option<Existing>,
) -> Written<Option<Existing>> {
    let Some(write) = &batch.instance else {
        return Ok(None);
    };
    let existing = match (existing, &write.header) {
        (Some(existing), _) => {
            update(conn, batch, write, &existing)?;
            existing
        }
        (None, Some(header)) => create(conn, batch, write, header)?,
        (None, None) => return Err(Conflict::Revision { instance: write.id }.into()),
    };
    let revision = integer(write.expected) + 1;
    if !write.entries.is_empty() {
        conn.prepare_cached("INSERT INTO journal (place, entries) VALUES (?1, ?2)")?
            .execute(params![
                journal_base(existing.seq) + revision,
                pack(&write.entries)
            ])?;
    }
    if let Some(snapshot) = &write.snapshot {
        conn.prepare_cached(
            "INSERT INTO snapshot (seq, revision, body) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET revision = excluded.revision, body = excluded.body",
        )?
        .execute(params![existing.seq, revision, &snapshot[..]])?;
    }
    if let Some(answer) = &batch.changes.answer {
        // The first one stands: it may have been sent already.
        conn.prepare_cached(
            "INSERT INTO answer (seq, status, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?
        .execute(params![existing.seq, answer.status, answer.body])?;
    }
    Ok(Some(existing))
}

fn create(
    conn: &Connection,
    batch: &Batch,
    write: &InstanceWrite,
    header: &InstanceHeader,
) -> Written<Existing> {
    let status = status_code(write.status);
    let due = write.due.map(nanos);
    let traceparent = batch
        .cause
        .as_ref()
        .and_then(|cause| cause.traceparent.as_deref());
    let new = conn
        .prepare_cached(
            "INSERT INTO workflow (id, shard, tenant, workflow, key, definition, correlation, traceparent, started,
               revision, status, due, parked, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?11, ?12, ?9) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            write.id.0.as_bytes(),
            batch.shard.0,
            header.tenant.as_str(),
            header.workflow,
            header.key,
            header.definition,
            header.correlation.0,
            traceparent,
            nanos(batch.at),
            status,
            due,
            write.parked.as_deref()
        ])?;
    if new == 0 {
        return Err(holder_of(conn, batch, write, header)?.into());
    }
    let seq = conn.last_insert_rowid();
    Ok(Existing {
        seq,
        status,
        due,
        parked: write.parked.is_some(),
        origin: None,
    })
}

fn holder_of(
    conn: &Connection,
    batch: &Batch,
    write: &InstanceWrite,
    header: &InstanceHeader,
) -> Written<NotWritten> {
    let same_id: Option<u16> = conn
        .prepare_cached("SELECT shard FROM workflow WHERE id = ?1")?
        .query_row([write.id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    if let Some(shard) = same_id {
        return Ok(if shard == batch.shard.0 {
            NotWritten::Conflict(Conflict::Revision { instance: write.id })
        } else {
            NotWritten::Wrong(wrong_shard(write, shard, batch))
        });
    }
    let holder: Uuid = conn
        .prepare_cached("SELECT id FROM workflow WHERE tenant = ?1 AND workflow = ?2 AND key = ?3")?
        .query_row(
            params![header.tenant.as_str(), header.workflow, header.key],
            |row| uuid(row, 0),
        )?;
    Ok(NotWritten::Conflict(Conflict::Revision {
        instance: InstanceId(holder),
    }))
}

/// Columns that are in an index are set only when they change: setting them rewrites the index.
fn update(conn: &Connection, batch: &Batch, write: &InstanceWrite, was: &Existing) -> Written<()> {
    let status = status_code(write.status);
    let due = write.due.map(nanos);
    let revision = integer(write.expected) + 1;
    let updated = nanos(batch.at);
    let unmoved = status == was.status && due == was.due && !was.parked && write.parked.is_none();
    if unmoved {
        conn.prepare_cached("UPDATE workflow SET revision = ?2, updated = ?3 WHERE seq = ?1")?
            .execute(params![was.seq, revision, updated])?;
    } else {
        conn.prepare_cached(
            "UPDATE workflow SET revision = ?2, updated = ?3, status = ?4, due = ?5, parked = ?6 WHERE seq = ?1",
        )?
        .execute(params![was.seq, revision, updated, status, due, write.parked.as_deref()])?;
    }
    Ok(())
}

fn other_shard(write: &InstanceWrite, shard: u16, batch: &Batch) -> crate::JobError<NotWritten> {
    NotWritten::Wrong(wrong_shard(write, shard, batch)).into()
}

fn wrong_shard(write: &InstanceWrite, shard: u16, batch: &Batch) -> StoreError {
    StoreError::WrongShard {
        what: format!("instance {}", write.id),
        actual: Shard(shard),
        batch: batch.shard,
    }
}
