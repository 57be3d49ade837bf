//! The next version of a record, with the business keys that only it may have.

use super::outcome::{NotWritten, Written};
use super::rows::{integer, nanos, number, uuid};
use crate::{Batch, Conflict, RecordWrite, Shard, StoreError, Version};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Optimistic: the version that was read is still there, or the batch is not written.
pub(super) fn write(conn: &Connection, batch: &Batch, write: &RecordWrite) -> Written<()> {
    let expected = integer(write.expected.0);
    let written = if expected == 0 {
        conn.prepare_cached(
            "INSERT INTO record (tenant, kind, id, shard, version, updated, body) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            write.tenant.as_str(),
            write.kind,
            write.id.as_bytes(),
            batch.shard.0,
            nanos(batch.at),
            &write.body[..]
        ])?
    } else {
        conn.prepare_cached(
            "UPDATE record SET version = ?5 + 1, updated = ?6, body = ?7
             WHERE tenant = ?1 AND kind = ?2 AND id = ?3 AND shard = ?4 AND version = ?5",
        )?
        .execute(params![
            write.tenant.as_str(),
            write.kind,
            write.id.as_bytes(),
            batch.shard.0,
            expected,
            nanos(batch.at),
            &write.body[..]
        ])?
    };
    if written == 0 {
        return Err(why_not(conn, batch, write)?.into());
    }
    for (name, value) in &write.unique {
        claim_key(conn, write, name, value)?;
    }
    Ok(())
}

fn why_not(conn: &Connection, batch: &Batch, write: &RecordWrite) -> Written<NotWritten> {
    let stands: Option<(u16, u64)> = conn
        .prepare_cached(
            "SELECT shard, version FROM record WHERE tenant = ?1 AND kind = ?2 AND id = ?3",
        )?
        .query_row(
            params![write.tenant.as_str(), write.kind, write.id.as_bytes()],
            |row| Ok((row.get(0)?, number(row, 1)?)),
        )
        .optional()?;
    Ok(match stands {
        Some((shard, _)) if shard != batch.shard.0 => NotWritten::Wrong(StoreError::WrongShard {
            what: format!("{} {}", write.kind, write.id),
            actual: Shard(shard),
            batch: batch.shard,
        }),
        stands => NotWritten::Conflict(Conflict::Record {
            kind: write.kind.to_owned(),
            id: write.id,
            actual: Version(stands.map_or(0, |(_, version)| version)),
        }),
    })
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
