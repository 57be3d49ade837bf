//! Events in a month's file, found by what they have to do with one another.

use crate::StoredEvent;
use crate::sqlite::read::collect;
use crate::sqlite::rows::{self, integer, nanos};
use crate::sqlite::table::ARCHIVED_EVENT;
use rusqlite::{Connection, Result, params};

pub(super) fn write(adding: &Connection, event: &StoredEvent) -> Result<()> {
    let values = params![
        event.id.as_bytes(),
        event.feed,
        event.shard.0,
        integer(event.offset),
        event.tenant.as_str(),
        event.aggregate_kind,
        event.aggregate_id.as_bytes(),
        integer(event.sequence),
        event.kind,
        event.correlation,
        event.causation,
        event.traceparent,
        nanos(event.at),
        &event.data[..]
    ];
    ARCHIVED_EVENT.insert(adding, values).map(drop)
}

/// The events with that correlation id.
pub(super) fn correlated(conn: &Connection, correlation: &str) -> Result<Vec<StoredEvent>> {
    let sql = format!("{} WHERE correlation = ?1", ARCHIVED_EVENT.select);
    collect(conn, &sql, [correlation], rows::event_of_month)
}
