//! What a batch does to a workflow instance: its row, its journal, its snapshot, its answer.

use super::checksum::{self, Checksum};
use super::outcome::{NotWritten, Written};
use super::read;
use super::rows::{integer, nanos, pack, status_code};
use super::schema::journal_base;
use super::table::{ANSWER, JOURNAL, SNAPSHOT, WORKFLOW, WORKFLOW_FIXED};
use crate::{Batch, Conflict, InstanceHeader, InstanceWrite, Shard, StoreError};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// An instance as it stands before the batch, as far as the batch's rows need it.
pub(super) struct Existing {
    seq: i64,
    status: i64,
    due: Option<i64>,
    parked: bool,
    /// The checksum of its journal so far.
    journal: i64,
    /// The month of the archive that has its journal up to some revision; what comes after it stays live.
    archived: Option<i64>,
    /// The checksum of its row as far as it never changes.
    fixed: Checksum,
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
        .prepare_cached(&format!("{} WHERE id = ?1", WORKFLOW.select))?
        .query_row([write.id.0.as_bytes()], |row| {
            let existing = Existing::read(row, wants_origin)?;
            Ok((existing, row.get::<_, u16>(1)?, row.get::<_, i64>(9)?))
        })
        .optional()?;
    match found {
        Some((_, shard, _)) if shard != batch.shard.0 => Err(other_shard(write, shard, batch)),
        Some((existing, _, revision)) if revision == integer(write.expected) => Ok(Some(existing)),
        Some(_) | None => Err(Conflict::Revision { instance: write.id }.into()),
    }
}

impl Existing {
    fn read(row: &Row<'_>, wants_origin: bool) -> rusqlite::Result<Self> {
        let fixed = WORKFLOW.begin().columns(row, 0..WORKFLOW_FIXED)?;
        let moving = WORKFLOW_FIXED..WORKFLOW.covered;
        WORKFLOW.must_be(row, fixed.clone().columns(row, moving)?)?;
        let origin = if wants_origin {
            Some((row.get(6)?, row.get(7)?))
        } else {
            None
        };
        Ok(Self {
            seq: row.get(17)?,
            status: row.get(10)?,
            due: row.get(11)?,
            parked: row.get_ref(12)? != ValueRef::Null,
            journal: row.get(13)?,
            archived: row.get(15)?,
            fixed,
            origin,
        })
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
    let revision = integer(write.expected) + 1;
    let entries = pack(&write.entries);
    let before = existing.as_ref().map_or(0, |existing| existing.journal);
    let journal = if write.entries.is_empty() {
        before
    } else {
        checksum::journal(before, revision, &entries)
    };
    let (seq, existing) = match (existing, &write.header) {
        (Some(existing), _) => {
            update(conn, batch, (write, journal), &existing)?;
            (existing.seq, Some(existing))
        }
        (None, Some(header)) => (create(conn, batch, (write, journal), header)?, None),
        (None, None) => return Err(Conflict::Revision { instance: write.id }.into()),
    };
    if !write.entries.is_empty() {
        JOURNAL.insert(conn, params![journal_base(seq) + revision, entries])?;
    }
    if let Some(snapshot) = &write.snapshot {
        SNAPSHOT.insert(conn, params![seq, revision, journal, &snapshot[..]])?;
    }
    if let Some(answer) = &batch.changes.answer {
        ANSWER.insert(conn, params![seq, answer.status, answer.body])?;
    }
    Ok(existing)
}

/// Returns the number that its other rows are kept under.
fn create(
    conn: &Connection,
    batch: &Batch,
    (write, journal): (&InstanceWrite, i64),
    header: &InstanceHeader,
) -> Written<i64> {
    let traceparent = batch
        .cause
        .as_ref()
        .and_then(|cause| cause.traceparent.as_deref());
    let started = nanos(batch.at);
    let new = params![
        write.id.0.as_bytes(),
        batch.shard.0,
        header.tenant.as_str(),
        header.workflow,
        header.key,
        header.definition,
        header.correlation.0,
        traceparent,
        started,
        1,
        status_code(write.status),
        write.due.map(nanos),
        write.parked.as_deref(),
        journal,
        started,
        None::<i64>
    ];
    if WORKFLOW.insert(conn, new)? == 0 {
        return Err(holder_of(conn, batch, write, header)?.into());
    }
    Ok(conn.last_insert_rowid())
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
    let holder = read::instance_by_key(conn, &header.tenant, &header.workflow, &header.key)?;
    let holder = holder.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok(NotWritten::Conflict(Conflict::Revision {
        instance: holder.id,
    }))
}

/// Columns that are in an index are set only when they change: setting them rewrites the index.
fn update(
    conn: &Connection,
    batch: &Batch,
    (write, journal): (&InstanceWrite, i64),
    was: &Existing,
) -> Written<()> {
    let (status, due) = (status_code(write.status), write.due.map(nanos));
    let parked = write.parked.as_deref();
    let (revision, updated) = (integer(write.expected) + 1, nanos(batch.at));
    let moving = params![
        revision,
        status,
        due,
        parked,
        journal,
        updated,
        was.archived
    ];
    let sum = was.fixed.clone().values(moving)?.finish();
    let unmoved = status == was.status && due == was.due && !was.parked && parked.is_none();
    if unmoved {
        conn.prepare_cached(
            "UPDATE workflow SET revision = ?2, journal = ?3, updated = ?4, sum = ?5 WHERE seq = ?1",
        )?
        .execute(params![was.seq, revision, journal, updated, sum])?;
    } else {
        conn.prepare_cached(
            "UPDATE workflow SET revision = ?2, journal = ?3, updated = ?4, sum = ?5, status = ?6, due = ?7, parked = ?8
             WHERE seq = ?1",
        )?
        .execute(params![was.seq, revision, journal, updated, sum, status, due, parked])?;
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
