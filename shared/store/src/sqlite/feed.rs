//! The numbers that feeds are kept under.

use super::memory::Memory;
use super::outcome::{NotWritten, Written};
use super::schema::FEEDS;
use super::table::FEED;
use crate::StoreError;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::sync::Arc;

/// A feed's number; a new feed gets the next.
pub(super) fn number(conn: &Connection, name: &str, memory: &Memory) -> Written<i64> {
    if let Some(number) = memory.feed(name) {
        return Ok(number);
    }
    if let Some(number) = stored(conn, name)? {
        return Ok(number);
    }
    let last: Option<i64> = conn
        .prepare_cached("SELECT max(feed) FROM feed")?
        .query_row([], |row| row.get(0))?;
    let number = last.unwrap_or(0) + 1;
    if number > FEEDS {
        return Err(NotWritten::Wrong(StoreError::Malformed(format!(
            "feed {name} would be one more than {FEEDS}"
        )))
        .into());
    }
    FEED.insert(conn, params![number, name])?;
    Ok(number)
}

/// A feed's number as it is stored.
pub(super) fn stored(conn: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached(&format!("{} WHERE name = ?1", FEED.select))?
        .query_row([name], |row| {
            FEED.verify(row)?;
            row.get(0)
        })
        .optional()
}

/// The name of each number.
pub(super) fn names(conn: &Connection) -> rusqlite::Result<HashMap<i64, Arc<str>>> {
    let mut statement = conn.prepare_cached(FEED.select)?;
    let names = statement.query_map([], |row| {
        FEED.verify(row)?;
        Ok((row.get(0)?, row.get(1)?))
    })?;
    names.collect()
}
