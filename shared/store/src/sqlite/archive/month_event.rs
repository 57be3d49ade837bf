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
    collect(conn, &selection(), [correlation], rows::event_of_month)
}

fn selection() -> String {
    format!("{} WHERE correlation = ?1", ARCHIVED_EVENT.select)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::archive::plan;

    #[test]
    fn a_journey_is_found_without_a_look_at_any_other() {
        let plan = plan::of_month(&selection(), 1);
        let index = "sqlite_autoindex_archived_event_1 (correlation=?)";
        assert_eq!(plan, [format!("SEARCH archived_event USING INDEX {index}")]);
    }
}
