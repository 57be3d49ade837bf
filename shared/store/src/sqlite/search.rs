//! Records by the keys that any number of them may have.

use super::rows::{integer, uuid};
use super::table::{RECORD, RECORD_SEARCH};
use super::{read, schema};
use crate::{Record, RecordQuery, SearchKey};
use rusqlite::{Connection, Result, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The newest of each key are merged: the page is among them.
pub(super) fn records(conn: &Connection, query: &RecordQuery) -> Result<Vec<Record>> {
    let moment = conn.unchecked_transaction()?;
    let mut found = BTreeSet::new();
    for key in &query.keys {
        found.extend(newest(&moment, query, key)?);
    }
    let page = found.into_iter().rev().take(query.limit);
    page.map(|id| {
        let record = read::record(&moment, &query.tenant, query.kind, id)?;
        // Records are never taken away, so nothing but damage leaves a key without its own.
        record.ok_or_else(|| RECORD.damaged(format!("{} {} {id}", query.tenant, query.kind)))
    })
    .collect()
}

fn newest(conn: &Connection, query: &RecordQuery, key: &SearchKey) -> Result<Vec<Uuid>> {
    let before = query.before.unwrap_or(schema::AFTER_EVERY_ID);
    let values = params![
        query.tenant.as_str(),
        query.kind,
        key.name,
        key.value,
        before.as_bytes(),
        integer(query.limit as u64)
    ];
    read::collect(conn, &newest_first(), values, |row| {
        RECORD_SEARCH.verify(row)?;
        uuid(row, 4)
    })
}

fn newest_first() -> String {
    format!(
        "{} WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4 AND id < ?5 ORDER BY id DESC LIMIT ?6",
        RECORD_SEARCH.select
    )
}
