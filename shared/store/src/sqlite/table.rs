//! The tables whose rows carry a checksum, each with the statements that keep it.

use super::checksum::Checksum;
use crate::writer::DamagedRow;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Error, Result, Row, ToSql};
use uuid::Uuid;

/// A table with a last column `sum` over all columns before it, which begin with what the row is found by.
pub(super) struct Table {
    name: &'static str,
    /// How many columns name a row in an error; never a person's data.
    key: usize,
    /// How many columns the checksum covers.
    pub(super) covered: usize,
    /// `SELECT`, all of those columns, `sum`, then `seq` where rows have one, `FROM` the table.
    pub(super) select: &'static str,
    /// Takes the covered columns, then their checksum.
    insert: &'static str,
}

macro_rules! mark {
    ($column:literal) => {
        "?"
    };
}

macro_rules! table {
    ($name:literal, $key:literal, [$($column:literal),+], $after:literal, $on_conflict:literal) => {
        Table {
            name: $name,
            key: $key,
            covered: [$($column),+].len(),
            select: concat!("SELECT ", $($column, ", ",)+ "sum", $after, " FROM ", $name),
            insert: concat!(
                "INSERT INTO ", $name, " (", $($column, ", ",)+ "sum) VALUES (", $(mark!($column), ", ",)+ "?) ",
                $on_conflict
            ),
        }
    };
}

/// The first [`WORKFLOW_FIXED`] are fixed at an instance's start, the others move with each batch.
pub(super) const WORKFLOW: Table = table!(
    "workflow",
    1,
    [
        "id",
        "shard",
        "tenant",
        "workflow",
        "key",
        "definition",
        "correlation",
        "traceparent",
        "started",
        "revision",
        "status",
        "due",
        "parked",
        "journal",
        "updated",
        "archived"
    ],
    ", seq",
    "ON CONFLICT DO NOTHING"
);
/// How many columns of [`WORKFLOW`] never change.
pub(super) const WORKFLOW_FIXED: usize = 9;

pub(super) const JOURNAL: Table = table!("journal", 1, ["place", "entries"], "", "");

pub(super) const SNAPSHOT: Table = table!(
    "snapshot",
    1,
    ["seq", "revision", "journal", "body"],
    "",
    "ON CONFLICT DO UPDATE SET revision = excluded.revision, journal = excluded.journal, body = excluded.body,
       sum = excluded.sum"
);

/// The first answer stands: it may have been sent already.
pub(super) const ANSWER: Table = table!(
    "answer",
    1,
    ["seq", "status", "body"],
    "",
    "ON CONFLICT DO NOTHING"
);

pub(super) const RECORD: Table = table!(
    "record",
    3,
    [
        "tenant", "kind", "id", "shard", "version", "events", "updated", "body"
    ],
    ", seq",
    "ON CONFLICT DO NOTHING"
);

pub(super) const RECORD_KEY: Table = table!(
    "record_key",
    3,
    ["tenant", "kind", "name", "value", "id"],
    "",
    "ON CONFLICT DO NOTHING"
);

/// A key that stands there already stays as it is.
pub(super) const RECORD_SEARCH: Table = table!(
    "record_search",
    3,
    ["tenant", "kind", "name", "value", "id"],
    "",
    "ON CONFLICT DO NOTHING"
);

pub(super) const FEED: Table = table!("feed", 1, ["feed", "name"], "", "");

pub(super) const EVENT: Table = table!(
    "event",
    2,
    [
        "place",
        "id",
        "tenant",
        "aggregate_kind",
        "aggregate_id",
        "sequence",
        "kind",
        "correlation",
        "causation",
        "traceparent",
        "at",
        "data"
    ],
    "",
    ""
);

pub(super) const EVENT_ARCHIVED: Table = table!(
    "event_archived",
    1,
    ["base", "number", "id", "at", "month"],
    "",
    "ON CONFLICT DO UPDATE SET number = excluded.number, id = excluded.id, at = excluded.at, month = excluded.month,
       sum = excluded.sum"
);

pub(super) const JOURNEY_ARCHIVED: Table = table!(
    "journey_archived",
    2,
    ["correlation", "month", "events"],
    "",
    "ON CONFLICT DO UPDATE SET events = excluded.events, sum = excluded.sum"
);

pub(super) const READER: Table = table!(
    "reader",
    2,
    ["feed", "reader", "acknowledged", "at"],
    "",
    "ON CONFLICT DO UPDATE SET acknowledged = excluded.acknowledged, at = excluded.at, sum = excluded.sum"
);

pub(super) const AUDIT_ARCHIVED: Table = table!(
    "audit_archived",
    2,
    ["shard", "month", "number", "hash"],
    "",
    "ON CONFLICT DO UPDATE SET number = excluded.number, hash = excluded.hash, sum = excluded.sum"
);

pub(super) const CURSOR: Table = table!(
    "cursor",
    1,
    ["reader", "position"],
    "",
    "ON CONFLICT DO UPDATE SET position = excluded.position, sum = excluded.sum"
);

pub(super) const INBOX: Table = table!(
    "inbox",
    2,
    ["source", "id", "day"],
    "",
    "ON CONFLICT DO NOTHING"
);

pub(super) const IDEMPOTENCY: Table = table!(
    "idempotency",
    2,
    ["day", "scope", "key", "instance", "fingerprint", "status"],
    "",
    ""
);

pub(super) const SHARD: Table = table!(
    "shard",
    1,
    ["shard", "epoch"],
    "",
    "ON CONFLICT DO UPDATE SET epoch = excluded.epoch, sum = excluded.sum"
);

pub(super) const ERASED: Table = table!(
    "erased",
    1,
    ["month", "done"],
    "",
    "ON CONFLICT DO UPDATE SET done = excluded.done, sum = excluded.sum"
);

pub(super) const DEFINITION: Table = table!(
    "definition",
    1,
    ["hash", "workflow", "body"],
    "",
    "ON CONFLICT DO NOTHING"
);

const ALL: [&Table; 19] = [
    &SHARD,
    &FEED,
    &READER,
    &EVENT_ARCHIVED,
    &JOURNEY_ARCHIVED,
    &AUDIT_ARCHIVED,
    &CURSOR,
    &DEFINITION,
    &ERASED,
    &IDEMPOTENCY,
    &INBOX,
    &RECORD_KEY,
    &RECORD_SEARCH,
    &WORKFLOW,
    &SNAPSHOT,
    &ANSWER,
    &JOURNAL,
    &RECORD,
    &EVENT,
];

/// In a month's file of the archive. Written anew whenever a run is repeated: the live tables were still right.
pub(super) const ARCHIVED_INSTANCE: Table = table!(
    "archived_instance",
    1,
    [
        "id",
        "revision",
        "journal",
        "batches",
        "snapshot_revision",
        "snapshot_journal",
        "snapshot",
        "answer_status",
        "answer"
    ],
    "",
    "ON CONFLICT DO UPDATE SET revision = excluded.revision, journal = excluded.journal, batches = excluded.batches,
       snapshot_revision = excluded.snapshot_revision, snapshot_journal = excluded.snapshot_journal,
       snapshot = excluded.snapshot, answer_status = excluded.answer_status, answer = excluded.answer, sum = excluded.sum"
);

/// An event is its id, and so has one correlation: it is found by both. An index of ids alone would be written all over, because
/// those that derive from a vendor's fact come in no order. The same place of a feed holds another event where the live file was
/// replaced by an older copy.
pub(super) const ARCHIVED_EVENT: Table = table!(
    "archived_event",
    1,
    [
        "id",
        "feed",
        "shard",
        "number",
        "tenant",
        "aggregate_kind",
        "aggregate_id",
        "sequence",
        "kind",
        "correlation",
        "causation",
        "traceparent",
        "at",
        "data"
    ],
    "",
    "ON CONFLICT DO UPDATE SET feed = excluded.feed, shard = excluded.shard, number = excluded.number, tenant = excluded.tenant,
       aggregate_kind = excluded.aggregate_kind, aggregate_id = excluded.aggregate_id, sequence = excluded.sequence,
       kind = excluded.kind, correlation = excluded.correlation, causation = excluded.causation,
       traceparent = excluded.traceparent, at = excluded.at, data = excluded.data, sum = excluded.sum"
);

const ALL_ARCHIVED: [&Table; 2] = [&ARCHIVED_INSTANCE, &ARCHIVED_EVENT];

impl Table {
    /// Inserts a row with its checksum; returns how many rows that changed.
    pub(super) fn insert(&self, conn: &Connection, values: &[&dyn ToSql]) -> Result<usize> {
        let sum = self.begin().values(values)?.finish();
        let values = values.iter().copied().chain([&sum as &dyn ToSql]);
        conn.prepare_cached(self.insert)?
            .execute(rusqlite::params_from_iter(values))
    }

    /// The checksum of one of its rows, before any column.
    pub(super) fn begin(&self) -> Checksum {
        Checksum::of(self.name)
    }

    /// Fails with [`DamagedRow`] where a row read by [`Self::select`] is not what was written.
    pub(super) fn verify(&self, row: &Row<'_>) -> Result<()> {
        self.must_be(row, self.begin().columns(row, 0..self.covered)?)
    }

    fn verify_rows(&self, conn: &Connection) -> Result<()> {
        let mut statement = conn.prepare(self.select)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.verify(row)?;
        }
        Ok(())
    }

    /// The same with the checksum of its columns at hand.
    pub(super) fn must_be(&self, row: &Row<'_>, sum: Checksum) -> Result<()> {
        if row.get_ref(self.covered)? == ValueRef::Integer(sum.finish()) {
            return Ok(());
        }
        Err(self.damaged(self.named(row)))
    }

    /// The error of a row, or of rows, that are not what was written.
    pub(super) fn damaged(&self, key: String) -> Error {
        let damaged = DamagedRow {
            table: self.name,
            key,
        };
        Error::FromSqlConversionFailure(self.covered, Type::Integer, Box::new(damaged))
    }

    fn named(&self, row: &Row<'_>) -> String {
        let columns = (0..self.key).map(|column| match row.get_ref(column) {
            Ok(ValueRef::Integer(value)) => value.to_string(),
            Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            Ok(ValueRef::Blob(blob)) => Uuid::from_slice(blob).map_or_else(
                |_other| data_encoding::HEXLOWER.encode(blob),
                |id| id.to_string(),
            ),
            Ok(ValueRef::Null | ValueRef::Real(_)) | Err(_) => "?".to_owned(),
        });
        columns.collect::<Vec<_>>().join(" ")
    }
}

/// Reads every row that has a checksum, and fails at the first that is not what was written.
pub(super) fn verify_all(conn: &Connection) -> Result<()> {
    ALL.iter().try_for_each(|table| table.verify_rows(conn))
}

/// The same of the table with that name; of one without checksums nothing.
pub(super) fn verify_named(conn: &Connection, name: &str) -> Result<()> {
    let mut named = ALL.iter().filter(|table| table.name == name);
    named.try_for_each(|table| table.verify_rows(conn))
}

/// All rows of a month's file.
pub(super) fn verify_archived(conn: &Connection) -> Result<()> {
    let mut all = ALL_ARCHIVED.iter();
    all.try_for_each(|table| table.verify_rows(conn))
}
