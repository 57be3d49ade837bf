//! Writing one batch: look first, write after, one INSERT a row.

use super::audit;
use super::claims;
use super::event;
use super::inbox;
use super::instance;
use super::memory::Memory;
use super::outcome::{FeedGrowth, NotWritten, Written};
use super::record;
use super::rows::integer;
use super::table::{CURSOR, SHARD};
use crate::{Appended, Batch, StoreError, WriteError};
use rusqlite::{Connection, OptionalExtension, params};

/// Writes all of a batch into the open transaction, or says why not.
pub(super) fn apply(conn: &Connection, batch: &Batch, memory: &Memory) -> Written<FeedGrowth> {
    fence(conn, batch)?;
    inbox::take(conn, batch)?;
    claims::must_be_free(conn, batch, memory)?;
    let existing = instance::existing(conn, batch)?;
    let mut written = Vec::with_capacity(batch.changes.records.len());
    for write in &batch.changes.records {
        written.push(record::write(conn, batch, write)?);
    }
    let existing = instance::write(conn, batch, existing)?;
    claims::bind(conn, batch, memory)?;
    let growth = event::write(conn, batch, (existing.as_ref(), &written), memory)?;
    if let Some(cursor) = &batch.cursor {
        CURSOR.insert(conn, params![cursor.reader, cursor.position])?;
    }
    audit::write(conn, batch)?;
    Ok(growth)
}

/// A newer owner's epoch is remembered; an older one's batch is turned away.
fn fence(conn: &Connection, batch: &Batch) -> Written<()> {
    let Some(epoch) = batch.fence else {
        return Ok(());
    };
    let epoch = integer(epoch.0);
    let newest: Option<i64> = conn
        .prepare_cached(&format!("{} WHERE shard = ?1", SHARD.select))?
        .query_row([batch.shard.0], |row| {
            SHARD.verify(row)?;
            row.get(1)
        })
        .optional()?;
    match newest {
        Some(newest) if newest > epoch => Err(NotWritten::Fenced.into()),
        Some(newest) if newest == epoch => Ok(()),
        Some(_) | None => {
            SHARD.insert(conn, params![batch.shard.0, epoch])?;
            Ok(())
        }
    }
}

/// The answer to the caller of an append.
pub(super) fn appended(
    outcome: Result<FeedGrowth, WriteError<NotWritten>>,
) -> Result<Appended, StoreError> {
    match outcome {
        Ok(_fed) => Ok(Appended::Done),
        Err(WriteError::Refused(NotWritten::Conflict(conflict))) => {
            Ok(Appended::Conflict(conflict))
        }
        Err(WriteError::Refused(NotWritten::Fenced)) => Ok(Appended::Fenced),
        Err(WriteError::Refused(NotWritten::Wrong(error)) | WriteError::Store(error)) => Err(error),
    }
}
