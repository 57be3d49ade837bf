//! The file of one month: journals, snapshots and answers by the ids of their instances.
//!
//! It has no log beside it (`journal_mode=delete`): after a COMMIT the file is the whole truth, and a copy of it is a copy.

use super::boundary::boundary;
use super::ended::Ended;
use crate::sqlite::pieces::{Depth, Pieces, StoredBatch, StoredSnapshot, snapshot_revision};
use crate::sqlite::rows::{self, integer};
use crate::sqlite::table::{
    ARCHIVED_ANSWER, ARCHIVED_INSTANCE, ARCHIVED_JOURNAL, ARCHIVED_SNAPSHOT, verify_archived,
};
use crate::{Answer, StoreError};
use crossdock_model::InstanceId;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Result, params};
use std::path::Path;
use std::time::Duration;

/// Raised when the tables change in a way that an older program cannot read.
const LAYOUT: i64 = 1;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS archived_instance (
  id BLOB PRIMARY KEY, revision INTEGER NOT NULL, journal INTEGER NOT NULL, sum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS archived_journal (
  id BLOB NOT NULL, revision INTEGER NOT NULL, entries BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (id, revision)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS archived_snapshot (
  id BLOB PRIMARY KEY, revision INTEGER NOT NULL, journal INTEGER NOT NULL, body BLOB NOT NULL, sum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS archived_answer (
  id BLOB PRIMARY KEY, status INTEGER NOT NULL, body TEXT NOT NULL, sum INTEGER NOT NULL
) WITHOUT ROWID;
";

/// A connection that adds to the file, or makes it.
pub(super) fn for_writing(file: &Path) -> Result<Connection> {
    let conn = opened(file, OpenFlags::SQLITE_OPEN_CREATE)?;
    conn.pragma_update(None, "journal_mode", "delete")?;
    // With `extra` the folder is synced too once the rollback journal is gone: else a power cut could bring it back.
    conn.pragma_update(None, "synchronous", "extra")?;
    // Readers are kept out during a COMMIT only.
    conn.pragma_update(None, "cache_spill", false)?;
    Ok(conn)
}

/// A connection for reads. It could write, because it may have to roll back what a killed process left half done.
pub(super) fn for_reading(file: &Path) -> Result<Connection> {
    let conn = opened(file, OpenFlags::empty())?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

fn opened(file: &Path, more: OpenFlags) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags | more)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    Ok(conn)
}

/// Why a file of another layout is not touched; none where it has this program's, or nothing yet.
pub(super) fn other_layout(conn: &Connection) -> Result<Option<String>> {
    let layout: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if layout == LAYOUT || (layout == 0 && tables == 0) {
        return Ok(None);
    }
    Ok(Some(format!(
        "it has layout {layout} and this program reads {LAYOUT}; use the version that wrote it"
    )))
}

/// Writes all of them in one commit. What was written by a run that was cut off is written again.
pub(super) fn write(conn: &mut Connection, ended: &[Ended]) -> Result<()> {
    let adding = conn.transaction()?;
    adding.execute_batch(SCHEMA)?;
    adding.pragma_update(None, "user_version", LAYOUT)?;
    boundary();
    for one in ended {
        let id = one.id.0.as_bytes();
        let head = params![id, integer(one.revision), one.journal];
        ARCHIVED_INSTANCE.insert(&adding, head)?;
        for batch in &one.pieces.batches {
            ARCHIVED_JOURNAL.insert(&adding, params![id, batch.revision, batch.packed])?;
        }
        if let Some(snapshot) = &one.pieces.snapshot {
            let (revision, body) = (integer(snapshot.revision), &snapshot.body[..]);
            ARCHIVED_SNAPSHOT.insert(&adding, params![id, revision, snapshot.journal, body])?;
        }
        if let Some(answer) = &one.pieces.answer {
            ARCHIVED_ANSWER.insert(&adding, params![id, answer.status, answer.body])?;
        }
    }
    boundary();
    adding.commit()?;
    boundary();
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

/// Reads a copy of a month's file to its end: its structure, its layout, each row by its checksum.
pub fn verify_archive(file: &Path) -> std::result::Result<(), StoreError> {
    let conn = crate::sqlite::copy::whole(file)?;
    if let Some(why) = other_layout(&conn)? {
        return Err(StoreError::OtherLayout(why));
    }
    Ok(verify_archived(&conn)?)
}
