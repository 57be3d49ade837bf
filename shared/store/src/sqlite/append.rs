//! Writing one batch: look first, write after, one INSERT a row.

use super::audit;
use super::claims;
use super::event;
use super::instance;
use super::memory::Memory;
use super::record;
use super::rows::integer;
use crate::{Appended, Batch, Conflict, JobError, StoreError, WriteError};
use rusqlite::{Connection, OptionalExtension, params};

/// Why a batch is not written.
#[derive(Debug)]
pub(super) enum No {
    /// Something it relied on has changed.
    Conflict(Conflict),
    /// Its writer lost the shard.
    Fenced,
    /// It can never be right.
    Wrong(StoreError),
}

impl From<No> for JobError<No> {
    fn from(no: No) -> Self {
        Self::Refuse(no)
    }
}

impl From<Conflict> for JobError<No> {
    fn from(conflict: Conflict) -> Self {
        Self::Refuse(No::Conflict(conflict))
    }
}

pub(super) type Written<T> = Result<T, JobError<No>>;

/// The feeds that a batch made longer, with their numbers.
pub(super) type Fed = Vec<(&'static str, i64)>;

/// Writes all of a batch into the open transaction, or says why not.
pub(super) fn apply(conn: &Connection, batch: &Batch, memory: &Memory) -> Written<Fed> {
    fence(conn, batch)?;
    inbox(conn, batch)?;
    claims::must_be_free(conn, batch, memory)?;
    let standing = instance::standing(conn, batch)?;
    for write in &batch.changes.records {
        record::write(conn, batch, write)?;
    }
    let standing = instance::write(conn, batch, standing)?;
    claims::bind(conn, batch, memory)?;
    let fed = event::write(conn, batch, standing.as_ref(), memory)?;
    if let Some(cursor) = &batch.cursor {
        conn.prepare_cached(
            "INSERT INTO cursor (reader, position) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET position = excluded.position",
        )?
        .execute(params![cursor.reader, cursor.position])?;
    }
    audit::write(conn, batch)?;
    Ok(fed)
}

/// A newer owner's epoch is remembered; an older one's batch is turned away.
fn fence(conn: &Connection, batch: &Batch) -> Written<()> {
    let Some(epoch) = batch.fence else {
        return Ok(());
    };
    let epoch = integer(epoch.0);
    let newest: Option<i64> = conn
        .prepare_cached("SELECT epoch FROM shard WHERE shard = ?1")?
        .query_row([batch.shard.0], |row| row.get(0))
        .optional()?;
    match newest {
        Some(newest) if newest > epoch => Err(No::Fenced.into()),
        Some(newest) if newest == epoch => Ok(()),
        Some(_) | None => {
            conn.prepare_cached(
                "INSERT INTO shard (shard, epoch) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET epoch = excluded.epoch",
            )?
            .execute(params![batch.shard.0, epoch])?;
            Ok(())
        }
    }
}

fn inbox(conn: &Connection, batch: &Batch) -> Written<()> {
    let Some(message) = &batch.inbox else {
        return Ok(());
    };
    let new = conn
        .prepare_cached("INSERT INTO inbox (source, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![message.source, message.id])?;
    if new == 0 {
        Err(Conflict::Inbox.into())
    } else {
        Ok(())
    }
}

/// What the caller of an append hears.
pub(super) fn appended(outcome: Result<Fed, WriteError<No>>) -> Result<Appended, StoreError> {
    match outcome {
        Ok(_fed) => Ok(Appended::Done),
        Err(WriteError::Refused(No::Conflict(conflict))) => Ok(Appended::Conflict(conflict)),
        Err(WriteError::Refused(No::Fenced)) => Ok(Appended::Fenced),
        Err(WriteError::Refused(No::Wrong(error)) | WriteError::Store(error)) => Err(error),
    }
}
