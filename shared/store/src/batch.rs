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
    /// The instance that the cause's key is bound to, where the batch writes none itself.
    pub binds: Option<Binding>,
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
            binds: None,
        }
    }
}

/// Who asked, for the audit chain.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cause {
    /// The retailer for whom it was asked.
    pub tenant: Tenant,
    /// Consumer and subject, as one readable name.
    pub caller: Arc<str>,
    /// The operation id, `order.place`.
    pub operation: Arc<str>,
    /// The correlation id, shared with everything that the same first call caused.
    pub correlation: Correlation,
    /// The W3C trace context of the call, where there was one.
    pub traceparent: Option<Arc<str>>,
    /// The idempotency key, where the caller sent one.
    pub claim: Option<Claim>,
}

/// An idempotency key and what it was used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Tenant, consumer and operation: keys of different scopes never meet.
    pub scope: Arc<str>,
    /// The key as the caller sent it.
    pub key: Arc<str>,
    /// SHA-256 of method, path, query, content type and body.
    pub fingerprint: [u8; 32],
}

/// What an idempotency key is answered with: an instance that was there before the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The instance whose answer it is.
    pub instance: InstanceId,
    /// The HTTP status to answer with where the stored answer is 201, of what the request did not create itself.
    pub status: Option<u16>,
}

/// Records, events and an answer that become true together.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Versioned writes of aggregates.
    pub records: Vec<RecordWrite>,
    /// Events; each belongs to a record written in the same batch, and is numbered after its earlier ones.
    pub events: Vec<NewEvent>,
    /// The answer that the caller of the instance's Start gets, now and on every replay.
    pub answer: Option<Answer>,
}

impl Changes {
    /// Changes of nothing, to be filled.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.events.is_empty() && self.answer.is_none()
    }

    /// Both changes together; the other's answer wins.
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
    /// The kind of record, `order`.
    pub kind: &'static str,
    /// The record's id, unique within its kind.
    pub id: Uuid,
}

/// One aggregate's next version.
#[derive(Debug, Clone)]
pub struct RecordWrite {
    /// The kind of record, `order`.
    pub kind: &'static str,
    /// The record's id, unique within its kind.
    pub id: Uuid,
    /// The retailer it belongs to.
    pub tenant: Tenant,
    /// The version that was read; the write makes it one more. 0 creates.
    pub expected: Version,
    /// The new body, as JSON.
    pub body: Bytes,
    /// Business keys that only one record of the tenant may have, set when the record is created.
    pub unique: Vec<(&'static str, String)>,
    /// What the record is found by from now on, beside what it was found by before.
    ///
    /// Keys are added and never taken away: whoever knows an old value still finds the record, whose body says what it is now.
    pub search: Vec<SearchKey>,
}

impl RecordWrite {
    /// The next version of a record, under the keys that it has.
    pub fn new(record: &RecordRef, tenant: &Tenant, expected: Version, body: Bytes) -> Self {
        Self {
            kind: record.kind,
            id: record.id,
            tenant: tenant.clone(),
            expected,
            body,
            unique: Vec::new(),
            search: Vec::new(),
        }
    }

    /// The same write of a record that is found by these keys too.
    #[must_use]
    pub fn found_by(mut self, keys: impl IntoIterator<Item = SearchKey>) -> Self {
        self.search.extend(keys);
        self
    }
}

/// A key that any number of records of a kind may have: what a list of them is asked by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchKey {
    /// What the value is, `customer`.
    pub name: &'static str,
    /// The value, compared byte by byte; personal ones come hashed.
    pub value: String,
}

impl SearchKey {
    /// The key of that name with that value.
    pub fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self {
            name,
            value: value.into(),
        }
    }
}

/// An event about a record written in the same batch.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The unique id: a UUID of version 7, or of version 8 where it derives from the fact that a vendor told.
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
    /// The HTTP status to answer with.
    pub status: u16,
    /// JSON body, byte for byte what is sent.
    pub body: Arc<str>,
}

/// A message from outside, unique per source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId {
    /// Where it came from: a subscription's or connector's name.
    pub source: Arc<str>,
    /// The id that the source gave it.
    pub id: Arc<str>,
}

/// How far a named reader of a feed has come.
#[derive(Debug, Clone)]
pub struct CursorWrite {
    /// The name of the reader, `order/oms`.
    pub reader: Arc<str>,
    /// The position, opaque to the store.
    pub position: Arc<str>,
}

/// What happened to one workflow instance.
#[derive(Debug, Clone)]
pub struct InstanceWrite {
    /// The instance that is created or moves on.
    pub id: InstanceId,
    /// Set by the first write only.
    pub header: Option<InstanceHeader>,
    /// The revision that was read; the write makes it `expected + 1`. 0 creates.
    pub expected: u64,
    /// Journal entries, in order.
    pub entries: Vec<Bytes>,
    /// Its status after this batch.
    pub status: Status,
    /// The earliest timer, where one is armed.
    pub due: Option<Timestamp>,
    /// What it is parked on, for lists and searches.
    pub parked: Option<Bytes>,
    /// The state when it went idle; loading starts from here.
    pub snapshot: Option<Bytes>,
}

impl InstanceWrite {
    /// Whether this write creates the instance.
    pub fn creates(&self) -> bool {
        self.expected == 0
    }
}

/// What an instance is, fixed at its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceHeader {
    /// The name of its workflow.
    pub workflow: Arc<str>,
    /// The definition's hash it is pinned to.
    pub definition: Arc<str>,
    /// The retailer it belongs to.
    pub tenant: Tenant,
    /// The business key, unique per workflow and tenant.
    pub key: Arc<str>,
    /// The correlation id, shared with everything that the same first call caused.
    pub correlation: Correlation,
}

/// The status of an instance, for lists and recovery.
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
    /// Every node is done: the instance ended as intended.
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
pub enum QueueClass {
    /// The completion of something begun.
    Progress,
    /// Something new; refused with [`StoreError::Full`](crate::StoreError::Full) when the queue is full.
    Start,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// Committed and synced to disk.
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
        /// The kind of the record.
        kind: String,
        /// The id of the record.
        id: Uuid,
        /// The version it has, 0 if there is none.
        actual: Version,
    },
    /// Another record has that business key.
    Unique {
        /// The kind of the record.
        kind: String,
        /// The name of the unique key.
        name: String,
        /// The record that has it.
        holder: Uuid,
    },
    /// The idempotency key is bound already.
    Claim {
        /// The instance that the key is bound to.
        instance: InstanceId,
        /// The fingerprint of the request it was bound with.
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
