//! Journals, snapshots and answers in a month's file, by the ids of their instances.

use crate::Answer;
use crate::sqlite::pieces::{Depth, Pieces, StoredBatch, StoredSnapshot, snapshot_revision};
use crate::sqlite::rows::{self, integer};
use crate::sqlite::table::{
    ARCHIVED_ANSWER, ARCHIVED_INSTANCE, ARCHIVED_JOURNAL, ARCHIVED_SNAPSHOT,
};
use crossdock_model::InstanceId;
use rusqlite::{Connection, OptionalExtension, Result, params};

/// Writes all that is stored of an instance, with its revision and the checksum of its journal.
pub(super) fn write(
    adding: &Connection,
    (id, revision, journal): (InstanceId, u64, i64),
    pieces: &Pieces,
) -> Result<()> {
    let id = id.0.as_bytes();
    let head = params![id, integer(revision), journal];
    ARCHIVED_INSTANCE.insert(adding, head)?;
    for batch in &pieces.batches {
        ARCHIVED_JOURNAL.insert(adding, params![id, batch.revision, batch.packed])?;
    }
    if let Some(snapshot) = &pieces.snapshot {
        let (revision, body) = (integer(snapshot.revision), &snapshot.body[..]);
        ARCHIVED_SNAPSHOT.insert(adding, params![id, revision, snapshot.journal, body])?;
    }
    if let Some(answer) = &pieces.answer {
        ARCHIVED_ANSWER.insert(adding, params![id, answer.status, answer.body])?;
    }
    Ok(())
}

/// What it has of an instance; none where the instance is not in it.
pub(super) fn pieces(conn: &Connection, id: InstanceId, depth: Depth) -> Result<Option<Pieces>> {
    let moment = conn.unchecked_transaction()?;
    let key = id.0.as_bytes();
    let is_there = moment
        .prepare_cached(&format!("{} WHERE id = ?1", ARCHIVED_INSTANCE.select))?
        .query_row([key], |row| ARCHIVED_INSTANCE.verify(row))
        .optional()?;
    if is_there.is_none() {
        return Ok(None);
    }
    let snapshot = match depth {
        Depth::SinceSnapshot => snapshot_of(&moment, id)?,
        Depth::Whole => None,
    };
    let sql = format!(
        "{} WHERE id = ?1 AND revision > ?2 ORDER BY revision",
        ARCHIVED_JOURNAL.select
    );
    let after = snapshot_revision(snapshot.as_ref());
    let mut statement = moment.prepare_cached(&sql)?;
    let batches = statement.query_map(params![key, after], |row| {
        ARCHIVED_JOURNAL.verify(row)?;
        Ok(StoredBatch {
            revision: row.get(1)?,
            packed: row.get(2)?,
        })
    })?;
    Ok(Some(Pieces {
        batches: batches.collect::<Result<_>>()?,
        answer: answer_of(&moment, id)?,
        snapshot,
    }))
}

fn snapshot_of(conn: &Connection, id: InstanceId) -> Result<Option<StoredSnapshot>> {
    conn.prepare_cached(&format!("{} WHERE id = ?1", ARCHIVED_SNAPSHOT.select))?
        .query_row([id.0.as_bytes()], |row| {
            ARCHIVED_SNAPSHOT.verify(row)?;
            Ok(StoredSnapshot {
                revision: rows::number(row, 1)?,
                journal: row.get(2)?,
                body: rows::bytes(row, 3)?,
            })
        })
        .optional()
}

fn answer_of(conn: &Connection, id: InstanceId) -> Result<Option<Answer>> {
    conn.prepare_cached(&format!("{} WHERE id = ?1", ARCHIVED_ANSWER.select))?
        .query_row([id.0.as_bytes()], |row| {
            ARCHIVED_ANSWER.verify(row)?;
            Ok(Answer {
                status: row.get(1)?,
                body: row.get(2)?,
            })
        })
        .optional()
}
