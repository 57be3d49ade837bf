//! The reads of the port, each of one moment.

use super::event::stored_number;
use super::memory::Memory;
use super::rows::{self, EVENT, INSTANCE, RECORD, integer, nanos, status_code};
use super::schema::{EVENT_OFFSETS, REVISIONS, event_base, journal_base};
use crate::{
    Answer, InstanceQuery, InstanceRow, MessageId, Position, Record, RecordRef, Shard, StoredEvent,
    StoredInstance,
};
use bytes::Bytes;
use crossdock_model::{InstanceId, Tenant, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Result, Row, ToSql, params};
use std::sync::Arc;
use uuid::Uuid;

pub(super) fn instance(conn: &Connection, id: InstanceId) -> Result<Option<StoredInstance>> {
    let moment = conn.unchecked_transaction()?;
    let Some((row, seq)) = instance_row(&moment, id)? else {
        return Ok(None);
    };
    let snapshot = moment
        .prepare_cached("SELECT revision, body FROM snapshot WHERE seq = ?1")?
        .query_row([seq], |row| {
            Ok((rows::number(row, 0)?, rows::bytes(row, 1)?))
        })
        .optional()?;
    let after = snapshot.as_ref().map_or(0, |(revision, _)| *revision);
    Ok(Some(StoredInstance {
        row,
        snapshot,
        entries: entries(&moment, seq, after)?,
        answer: answer_of(&moment, seq)?,
    }))
}

pub(super) fn history(conn: &Connection, id: InstanceId) -> Result<Option<StoredInstance>> {
    let moment = conn.unchecked_transaction()?;
    let Some((row, seq)) = instance_row(&moment, id)? else {
        return Ok(None);
    };
    Ok(Some(StoredInstance {
        row,
        snapshot: None,
        entries: entries(&moment, seq, 0)?,
        answer: answer_of(&moment, seq)?,
    }))
}

fn instance_row(conn: &Connection, id: InstanceId) -> Result<Option<(InstanceRow, i64)>> {
    conn.prepare_cached(&format!("SELECT {INSTANCE} FROM workflow WHERE id = ?1"))?
        .query_row([id.0.as_bytes()], |row| {
            Ok((rows::instance(row)?, row.get(13)?))
        })
        .optional()
}

pub(super) fn answer(conn: &Connection, id: InstanceId) -> Result<Option<Answer>> {
    let seq: Option<i64> = conn
        .prepare_cached("SELECT seq FROM workflow WHERE id = ?1")?
        .query_row([id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    seq.map_or(Ok(None), |seq| answer_of(conn, seq))
}

fn answer_of(conn: &Connection, seq: i64) -> Result<Option<Answer>> {
    conn.prepare_cached("SELECT status, body FROM answer WHERE seq = ?1")?
        .query_row([seq], |row| {
            Ok(Answer {
                status: row.get(0)?,
                body: row.get(1)?,
            })
        })
        .optional()
}

/// The journal entries of the batches after that revision.
fn entries(conn: &Connection, seq: i64, after: u64) -> Result<Vec<Bytes>> {
    let base = journal_base(seq);
    let mut statement = conn.prepare_cached(
        "SELECT entries FROM journal WHERE place > ?1 AND place < ?2 ORDER BY place",
    )?;
    let mut rows = statement.query([base + integer(after), base + integer(REVISIONS)])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        rows::unpack(row.get(0)?, &mut entries).ok_or_else(|| {
            rusqlite::Error::FromSqlConversionFailure(
                0,
                Type::Blob,
                "a journal row was cut or changed".into(),
            )
        })?;
    }
    Ok(entries)
}

pub(super) fn instance_by_key(
    conn: &Connection,
    tenant: &Tenant,
    workflow: &str,
    key: &str,
) -> Result<Option<InstanceId>> {
    conn.prepare_cached("SELECT id FROM workflow WHERE tenant = ?1 AND workflow = ?2 AND key = ?3")?
        .query_row(params![tenant.as_str(), workflow, key], |row| {
            Ok(InstanceId(rows::uuid(row, 0)?))
        })
        .optional()
}

/// Only the conditions that are asked for stand in the statement, so that an index can serve them.
pub(super) fn instances(conn: &Connection, query: &InstanceQuery) -> Result<Vec<InstanceRow>> {
    // Written out, because a partial index is not chosen for a parameter.
    let status = query.status.map_or(String::new(), |status| {
        format!(" AND status = {}", status_code(status))
    });
    let mut sql = format!("SELECT {INSTANCE} FROM workflow WHERE 1{status}");
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut and = |condition: &str, value: Option<Box<dyn ToSql>>| {
        if let Some(value) = value {
            sql.push_str(condition);
            values.push(value);
        }
    };
    and(
        " AND tenant = ?",
        query
            .tenant
            .as_ref()
            .map(|it| Box::new(Arc::clone(&it.0)) as Box<dyn ToSql>),
    );
    and(
        " AND workflow = ?",
        query
            .workflow
            .as_ref()
            .map(|it| Box::new(it.clone()) as Box<dyn ToSql>),
    );
    and(
        " AND key = ?",
        query
            .key
            .as_ref()
            .map(|it| Box::new(it.clone()) as Box<dyn ToSql>),
    );
    and(
        " AND correlation = ?",
        query
            .correlation
            .as_ref()
            .map(|it| Box::new(it.clone()) as Box<dyn ToSql>),
    );
    and(
        " AND id < ?",
        query
            .before
            .map(|it| Box::new(it.0.into_bytes()) as Box<dyn ToSql>),
    );
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    let limit = if query.limit == 0 { 50 } else { query.limit };
    values.push(Box::new(integer(limit as u64)));
    collect(
        conn,
        &sql,
        rusqlite::params_from_iter(values),
        rows::instance,
    )
}

pub(super) fn runnable(
    conn: &Connection,
    horizon: Timestamp,
    limit: usize,
) -> Result<Vec<InstanceRow>> {
    let sql = format!(
        "SELECT {INSTANCE} FROM workflow WHERE seq IN (
           SELECT seq FROM workflow WHERE status IN (0, 2)
           UNION SELECT seq FROM workflow WHERE due IS NOT NULL AND due <= ?1)
         ORDER BY id LIMIT ?2"
    );
    collect(
        conn,
        &sql,
        params![nanos(horizon), integer(limit as u64)],
        rows::instance,
    )
}

pub(super) fn record(
    conn: &Connection,
    tenant: &Tenant,
    kind: &str,
    id: Uuid,
) -> Result<Option<Record>> {
    conn.prepare_cached(&format!(
        "SELECT {RECORD} FROM record WHERE tenant = ?1 AND kind = ?2 AND id = ?3"
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
    let sql = format!(
        "SELECT {RECORD} FROM record WHERE tenant = ?1 AND kind = ?2 AND id =
           (SELECT id FROM record_key WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4)"
    );
    conn.prepare_cached(&sql)?
        .query_row(params![tenant.as_str(), kind, key.0, key.1], rows::record)
        .optional()
}

pub(super) fn records(
    conn: &Connection,
    tenant: &Tenant,
    kind: &str,
    before: Option<Uuid>,
    limit: usize,
) -> Result<Vec<Record>> {
    let sql = format!(
        "SELECT {RECORD} FROM record WHERE tenant = ?1 AND kind = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4"
    );
    // The largest id there is stands at the end; version 7 never reaches it.
    let before = before.unwrap_or(Uuid::max());
    let values = params![
        tenant.as_str(),
        kind,
        before.as_bytes(),
        integer(limit as u64)
    ];
    collect(conn, &sql, values, rows::record)
}

/// Every shard gets its share of the limit first, so that a busy one does not starve the others.
pub(super) fn events(
    conn: &Connection,
    memory: &Memory,
    shards: u16,
    ask: (&str, &Position, usize),
) -> Result<Vec<StoredEvent>> {
    let (feed, after, limit) = ask;
    let moment = conn.unchecked_transaction()?;
    let number = match memory.feed(feed) {
        Some(number) => Some(number),
        None => stored_number(&moment, feed)?,
    };
    let Some(number) = number else {
        return Ok(Vec::new());
    };
    let name: Arc<str> = feed.into();
    let share = limit.div_ceil(usize::from(shards.max(1))).max(1);
    let mut reads: Vec<(i64, i64, bool)> = (0..shards)
        .map(|shard| {
            let base = event_base(number, Shard(shard));
            let offset = after.0.get(usize::from(shard)).copied().unwrap_or(0);
            (
                base + integer(offset).min(EVENT_OFFSETS),
                base + EVENT_OFFSETS,
                true,
            )
        })
        .collect();
    let sql = format!(
        "SELECT {EVENT} FROM event WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3"
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
            if let Some((last, _)) = some.last() {
                *from = *last;
            }
            found.extend(some.into_iter().map(|(_, event)| event));
        }
    }
    found.sort_by_key(|event| (event.shard, event.offset));
    Ok(found)
}

pub(super) fn correlated_events(
    conn: &Connection,
    tenant: &Tenant,
    correlation: &str,
) -> Result<Vec<StoredEvent>> {
    let sql = format!(
        "SELECT {EVENT}, (SELECT name FROM feed WHERE feed = place >> 56) FROM event
         WHERE correlation = ?1 AND tenant = ?2 ORDER BY at, place"
    );
    collect(conn, &sql, params![correlation, tenant.as_str()], |row| {
        let feed: Arc<str> = row.get(12)?;
        rows::event(row, &feed)
    })
}

pub(super) fn cursor(conn: &Connection, reader: &str) -> Result<Option<Arc<str>>> {
    conn.prepare_cached("SELECT position FROM cursor WHERE reader = ?1")?
        .query_row([reader], |row| row.get(0))
        .optional()
}

pub(super) fn seen(conn: &Connection, message: &MessageId) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM inbox WHERE source = ?1 AND id = ?2")?
        .exists(params![message.source, message.id])
}

pub(super) fn definition(conn: &Connection, hash: &str) -> Result<Option<Bytes>> {
    conn.prepare_cached("SELECT body FROM definition WHERE hash = ?1")?
        .query_row([hash], |row| rows::bytes(row, 0))
        .optional()
}

fn collect<T>(
    conn: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    conn.prepare_cached(sql)?.query_map(values, read)?.collect()
}
