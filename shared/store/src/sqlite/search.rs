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

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    /// What SQLite does for the oldest page of a key that so many records have.
    fn steps(records: u128) -> i32 {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(schema::SCHEMA).unwrap();
        let id = |n: u128| Uuid::from_u128(n).into_bytes();
        conn.execute_batch("BEGIN").unwrap();
        for n in 0..records {
            let row = params!["north", "order", "customer", "ada", id(n)];
            assert_eq!(RECORD_SEARCH.insert(&conn, row).unwrap(), 1);
        }
        let mut statement = conn.prepare(&newest_first()).unwrap();
        let oldest = params!["north", "order", "customer", "ada", id(50), 50];
        let found = statement.query_map(oldest, |row| uuid(row, 4)).unwrap();
        let found: Vec<u128> = found.map(|id| id.unwrap().as_u128()).collect();
        assert!(found.iter().copied().eq((0..50).rev()), "{found:?}");
        statement.get_status(StatementStatus::VmStep)
    }

    #[test]
    fn a_page_is_as_cheap_among_thousands_as_among_a_hundred() {
        let (few, many) = (steps(100), steps(10_000));
        assert!(many < few * 2, "{few} steps of a hundred, {many} of more");
    }
}
