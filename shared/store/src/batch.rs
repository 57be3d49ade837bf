//! One batch: everything that becomes true in one transaction, or not at all.
//!
//! The store knows no domain; it sees bytes, keys and versions.

use bytes::Bytes;
use crossdock_model::{Correlation, InstanceId, Tenant, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// A slice of the keyspace with one writer; every row belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard(pub u16);

/// The generation of a shard's owner; a batch of an older one is fenced off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Epoch(pub u64);

/// How often a record has been written: 0 is "does not exist yet".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version(pub u64);

/// What is appended in one transaction.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The one shard that every row of the batch belongs to.
    pub shard: Shard,
    /// The owner's epoch, where shards are leased.
    pub fence: Option<Epoch>,
    /// When, by the caller's clock.
    pub at: Timestamp,
    /// Who asked for it, where it came from outside: becomes the audit row and the idempotency row.
    pub cause: Option<Cause>,
    /// What happened to a workflow instance.
    pub instance: Option<InstanceWrite>,
    /// Records, events and the caller's answer.
    pub changes: Changes,
    /// The message that caused it; a second batch with the same one conflicts.
    pub inbox: Option<MessageId>,
    /// How far a subscription has come.
    pub cursor: Option<CursorWrite>,
}

impl Batch {
    /// An empty batch of that shard.
    pub fn new(shard: Shard, at: Timestamp) -> Self {
        Self {
            shard,
            fence: None,
            at,
            cause: None,
            instance: None,
            changes: Changes::default(),
            inbox: None,
            cursor: None,
        }
    }
}

/// Who asked, for the audit chain.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cause {
    /// The retailer.
    pub tenant: Tenant,
    /// Consumer and subject, as one readable word.
    pub caller: Arc<str>,
    /// The operation id, `order.place`.
    pub operation: Arc<str>,
    /// The journey.
    pub correlation: Correlation,
    /// W3C trace context.
    pub traceparent: Option<Arc<str>>,
    /// The idempotency key, where the caller sent one.
    pub claim: Option<Claim>,
}

/// An idempotency key and what it was used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Tenant, consumer and operation: keys of different scopes never meet.
    pub scope: Arc<str>,
    /// The caller's key.
    pub key: Arc<str>,
    /// SHA-256 of method, path, query, content type and body.
    pub fingerprint: [u8; 32],
}

/// Records, events and an answer that become true together.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Versioned writes of aggregates.
    pub records: Vec<RecordWrite>,
    /// Events; each belongs to a record written in the same batch, and takes its sequence from it.
    pub events: Vec<NewEvent>,
    /// The answer that the caller of the instance's Start gets, now and on every replay.
    pub answer: Option<Answer>,
}

impl Changes {
    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.events.is_empty() && self.answer.is_none()
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.records.extend(other.records);
        self.events.extend(other.events);
        self.answer = other.answer.or(self.answer);
        self
    }
}

/// A record by kind and id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordRef {
    /// `order`, `return`, …
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
}

/// One aggregate's next version.
#[derive(Debug, Clone)]
pub struct RecordWrite {
    /// `order`, `return`, …
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: Tenant,
    /// The version that was read; the write makes it one more. 0 creates.
    pub expected: Version,
    /// The new body.
    pub body: Bytes,
    /// Business keys that only one record of the tenant may have, set when the record is created.
    pub unique: Vec<(&'static str, String)>,
}

/// An event about a record written in the same batch.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Unique id (`UUIDv7`).
    pub id: Uuid,
    /// The API that produces it, which is also the feed's name: `order`, `oms`.
    pub feed: &'static str,
    /// The record it is about.
    pub aggregate: RecordRef,
    /// The event type without prefix and version, `OrderPlaced`.
    pub kind: &'static str,
    /// The data, as JSON.
    pub data: Bytes,
}

/// The stored answer to the caller of a Start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON body, byte for byte what is sent.
    pub body: Arc<str>,
}

/// A message from outside, unique per source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId {
    /// Where it came from: a subscription's or connector's name.
    pub source: Arc<str>,
    /// Its id there.
    pub id: Arc<str>,
}

/// How far a named reader of a feed has come.
#[derive(Debug, Clone)]
pub struct CursorWrite {
    /// Who reads, `order/oms`.
    pub reader: Arc<str>,
    /// Opaque.
    pub position: Arc<str>,
}

/// What happened to one workflow instance.
#[derive(Debug, Clone)]
pub struct InstanceWrite {
    /// Which instance.
    pub id: InstanceId,
    /// Set by the first write only.
    pub birth: Option<Birth>,
    /// The revision that was read; the write makes it `expected + 1`. 0 creates.
    pub expected: u64,
    /// Journal entries, in order.
    pub entries: Vec<Bytes>,
    /// Where it stands now.
    pub status: Status,
    /// The earliest timer, where one is armed.
    pub due: Option<Timestamp>,
    /// What it is parked on, for lists and searches.
    pub parked: Option<Bytes>,
    /// The state when it went idle; loading starts from here.
    pub snapshot: Option<Bytes>,
}

/// What an instance is, fixed at its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Birth {
    /// The workflow's name.
    pub workflow: Arc<str>,
    /// The definition's hash it is pinned to.
    pub definition: Arc<str>,
    /// Whose it is.
    pub tenant: Tenant,
    /// The business key, unique per workflow and tenant.
    pub key: Arc<str>,
    /// The journey.
    pub correlation: Correlation,
}

/// Where an instance stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Something is to be done now.
    Running,
    /// Only signals and timers can move it.
    Waiting,
    /// Undoing, before the pivot.
    Compensating,
    /// A person is needed for at least one node.
    Parked,
    /// Everything done.
    Completed,
    /// Refused before the pivot, and everything undone.
    Compensated,
    /// Ended by an operator or a cancel.
    Cancelled,
}

impl Status {
    /// Whether nothing will move it any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Compensated | Self::Cancelled)
    }
}

/// Which queue a batch waits in: progress is never refused, a start may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// The completion of something begun.
    Progress,
    /// Something new; refused with [`StoreError::Full`](crate::StoreError::Full) when the queue is full.
    Start,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is on disk.
    Done,
    /// Something it relied on had changed; nothing of it was written.
    Conflict(Conflict),
    /// The writer no longer owns the shard; nothing was written.
    Fenced,
}

/// Why a batch was not written: data, never an SQL error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// A record has another version than expected.
    Record {
        /// Which kind of record.
        kind: String,
        /// Which one.
        id: Uuid,
        /// The version it has.
        actual: Version,
    },
    /// Another record has that business key.
    Unique {
        /// Which kind of record.
        kind: String,
        /// The key's name.
        name: String,
        /// The record that has it.
        holder: Uuid,
    },
    /// The idempotency key is bound already.
    Claim {
        /// To this instance.
        instance: InstanceId,
        /// With this fingerprint.
        fingerprint: [u8; 32],
    },
    /// The message was seen before.
    Inbox,
    /// The instance has another revision, or one with this workflow and key exists.
    Revision {
        /// The instance that stands there.
        instance: InstanceId,
    },
}
