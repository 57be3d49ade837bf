//! The tables, and how a shard, a feed and an offset share one integer key.
//!
//! Keys are integers or ordered by time, because random keys in unique indexes halve the throughput. Where rows are large they are
//! in rowid tables: an index tree keeps only a quarter of a page of a row in place. `sum` is the checksum of the columns before
//! it; an audit row has its seal.

use crate::Shard;
use crossdock_model::Tenant;
use uuid::Uuid;

/// Raised when the tables change in a way that an older program cannot read.
pub(super) const LAYOUT: i64 = 5;

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS meta (
  name TEXT PRIMARY KEY, value INTEGER NOT NULL
) WITHOUT ROWID;

-- How many commits there were, by which a cut log is noticed.
CREATE TABLE IF NOT EXISTS head (only INTEGER PRIMARY KEY CHECK (only = 1), commits INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS shard (
  shard INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, sum INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS workflow (
  seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, shard INTEGER NOT NULL,
  tenant TEXT NOT NULL, workflow TEXT NOT NULL, key TEXT NOT NULL, definition TEXT NOT NULL,
  correlation TEXT NOT NULL, traceparent TEXT, started INTEGER NOT NULL,
  revision INTEGER NOT NULL, status INTEGER NOT NULL, due INTEGER, parked BLOB, journal INTEGER NOT NULL,
  updated INTEGER NOT NULL, archived INTEGER, sum INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS workflow_key ON workflow (key, workflow, tenant);
CREATE INDEX IF NOT EXISTS workflow_journey ON workflow (correlation);
CREATE INDEX IF NOT EXISTS workflow_due ON workflow (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS workflow_active ON workflow (id) WHERE status IN (0, 2);
CREATE INDEX IF NOT EXISTS workflow_ended ON workflow (updated) WHERE status IN (4, 5, 6) AND archived IS NULL;
CREATE INDEX IF NOT EXISTS workflow_list ON workflow (tenant, workflow, status, id);

-- place = workflow.seq << 20 | revision: the entries of one batch, each after its length
CREATE TABLE IF NOT EXISTS journal (place INTEGER PRIMARY KEY, entries BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS snapshot (
  seq INTEGER PRIMARY KEY, revision INTEGER NOT NULL, journal INTEGER NOT NULL, body BLOB NOT NULL, sum INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS answer (
  seq INTEGER PRIMARY KEY, status INTEGER NOT NULL, body TEXT NOT NULL, sum INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS record (
  seq INTEGER PRIMARY KEY, tenant TEXT NOT NULL, kind TEXT NOT NULL, id BLOB NOT NULL,
  shard INTEGER NOT NULL, version INTEGER NOT NULL, events INTEGER NOT NULL, updated INTEGER NOT NULL, body BLOB NOT NULL,
  sum INTEGER NOT NULL, UNIQUE (tenant, kind, id)
);
CREATE TABLE IF NOT EXISTS record_key (
  tenant TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, id BLOB NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, name, value)
) WITHOUT ROWID;
-- Ordered by the record's id, and so by time: a page of a key's records is one range of it.
CREATE TABLE IF NOT EXISTS record_search (
  tenant TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, id BLOB NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, name, value, id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS feed (feed INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sum INTEGER NOT NULL);
-- place = feed << 56 | shard << 40 | offset
CREATE TABLE IF NOT EXISTS event (
  place INTEGER PRIMARY KEY, id BLOB NOT NULL, tenant TEXT NOT NULL,
  aggregate_kind TEXT NOT NULL, aggregate_id BLOB NOT NULL, sequence INTEGER NOT NULL,
  kind TEXT NOT NULL, correlation TEXT NOT NULL, causation TEXT, traceparent TEXT, at INTEGER NOT NULL, data BLOB NOT NULL,
  sum INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS event_journey ON event (correlation);
-- base = feed << 56 | shard << 40: the last event of it that is in the archive, which has all before it too
CREATE TABLE IF NOT EXISTS event_archived (
  base INTEGER PRIMARY KEY, number INTEGER NOT NULL, id BLOB NOT NULL, at INTEGER NOT NULL, month INTEGER NOT NULL, sum INTEGER NOT NULL
);
-- The months that have events of a correlation, and how many: a month's file with fewer is not the one that was written.
CREATE TABLE IF NOT EXISTS journey_archived (
  correlation TEXT NOT NULL, month INTEGER NOT NULL, events INTEGER NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY (correlation, month)
) WITHOUT ROWID;
-- acknowledged: of each shard the last offset, in eight bytes
CREATE TABLE IF NOT EXISTS reader (
  feed TEXT NOT NULL, reader TEXT NOT NULL, acknowledged BLOB NOT NULL, at INTEGER NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY (feed, reader)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cursor (reader TEXT PRIMARY KEY, position TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox (
  source TEXT NOT NULL, id TEXT NOT NULL, day INTEGER NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS inbox_day ON inbox (day);

CREATE TABLE IF NOT EXISTS idempotency (
  day INTEGER NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, instance BLOB NOT NULL, fingerprint BLOB NOT NULL,
  status INTEGER, sum INTEGER NOT NULL, PRIMARY KEY (day, scope, key)
) WITHOUT ROWID;

-- place = shard << 46 | number from 1
CREATE TABLE IF NOT EXISTS audit (
  place INTEGER PRIMARY KEY, at INTEGER NOT NULL, tenant TEXT NOT NULL, caller TEXT NOT NULL, operation TEXT NOT NULL,
  correlation TEXT NOT NULL, instance BLOB, fingerprint BLOB, changed TEXT NOT NULL, hash BLOB NOT NULL
);

-- The last row of a chain that each month of the archive has, with the hash that the next one is sealed over.
CREATE TABLE IF NOT EXISTS audit_archived (
  shard INTEGER NOT NULL, month INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY (shard, month)
) WITHOUT ROWID;

-- Months of the archive that are gone on purpose; done once the file is.
CREATE TABLE IF NOT EXISTS erased (month INTEGER PRIMARY KEY, done INTEGER NOT NULL, sum INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS definition (
  hash TEXT PRIMARY KEY, workflow TEXT NOT NULL, body BLOB NOT NULL, sum INTEGER NOT NULL
) WITHOUT ROWID;
";

/// How many feeds a store can have.
pub(super) const FEEDS: i64 = 127;
/// How many batches an instance can see.
pub(super) const REVISIONS: u64 = 1 << 20;

/// Where the journal of an instance begins, and what its entries' places are counted from.
pub(super) fn journal_base(seq: i64) -> i64 {
    seq << 20
}

/// The place before the first event of a feed's shard; an event's is this plus its offset.
pub(super) fn event_base(feed: i64, shard: Shard) -> i64 {
    feed << 56 | i64::from(shard.0) << 40
}

/// The highest offset that a place can hold.
pub(super) const EVENT_OFFSETS: i64 = (1 << 40) - 1;

/// The place before the first audit row of a shard.
pub(super) fn audit_base(shard: Shard) -> i64 {
    i64::from(shard.0) << 46
}

/// The highest number that an audit row's place can hold.
pub(super) const AUDIT_NUMBERS: i64 = (1 << 46) - 1;

/// The largest id there is; version 7 never reaches it.
pub(super) const AFTER_EVERY_ID: Uuid = Uuid::max();

/// The shard of a partition key. FNV-1a, then mixed: it must be the same in every version and on every machine.
pub(super) fn shard_of(tenant: &Tenant, key: &str, shards: u16) -> Shard {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    // The separator is in neither: "a" + "bc" is not "ab" + "c".
    for byte in tenant.as_str().bytes().chain([0]).chain(key.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    Shard(u16::try_from((hash ^ hash >> 33) % u64::from(shards.max(1))).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_in_its_shard_for_ever() {
        let tenant = Tenant::from("north");
        let shards: Vec<u16> = ["1001", "1002", "1003", "sku-9"]
            .iter()
            .map(|key| shard_of(&tenant, key, 8).0)
            .collect();
        assert_eq!(shards, [0, 5, 2, 1]);
    }

    #[test]
    fn keys_spread_evenly() {
        let tenant = Tenant::from("north");
        let mut counts = [0_u32; 8];
        for n in 0..8_000 {
            counts[usize::from(shard_of(&tenant, &format!("order-{n}"), 8).0)] += 1;
        }
        assert!(
            counts.iter().all(|count| (850..1_150).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn places_of_neighbours_do_not_overlap() {
        assert!(event_base(FEEDS, Shard(u16::MAX)) + EVENT_OFFSETS > 0);
        assert!(event_base(1, Shard(0)) + EVENT_OFFSETS < event_base(1, Shard(1)));
        assert!(event_base(1, Shard(u16::MAX)) + EVENT_OFFSETS < event_base(2, Shard(0)));
        assert!(audit_base(Shard(u16::MAX)) + AUDIT_NUMBERS > 0);
    }
}
