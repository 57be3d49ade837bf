//! The store port: what the engine, the feeds and the policies need of a store of record.

use crate::{
    Answer, Appended, ArchiveMonth, Batch, Claim, InstanceHeader, MessageId, QueueClass, RecordRef,
    SearchKey, Shard, Status, Version,
};
use async_trait::async_trait;
use bytes::Bytes;
use crossdock_model::{InstanceId, Tenant, Timestamp};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use uuid::Uuid;

/// The future of an append: ends when the batch is on disk, or is known not to be.
pub type Append = Pin<Box<dyn Future<Output = Result<Appended, StoreError>> + Send>>;

/// A store of record: one transaction space for journal, records, events, keys and audit.
///
/// Every read is of one moment, sees everything acknowledged before the call, and waits only for a connection and the
/// disk. Whoever drops a read's future at a deadline ends the read.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync {
    /// How many shards it was laid out with.
    fn shards(&self) -> u16;

    /// The shard of a partition key: `hash(tenant, key) mod shards`.
    fn shard_of(&self, tenant: &Tenant, key: &str) -> Shard;

    /// Writes a batch. Dropping the future changes nothing about the batch.
    fn append(&self, class: QueueClass, batch: Batch) -> Append;

    /// A workflow instance with its journal since the last snapshot, and its answer.
    async fn instance(&self, id: InstanceId) -> Result<Option<StoredInstance>, StoreError>;

    /// A workflow instance with its whole journal and no snapshot.
    async fn history(&self, id: InstanceId) -> Result<Option<StoredInstance>, StoreError>;

    /// What lists show of the instance of a workflow with that business key; unlike its journal it never leaves for the archive.
    async fn instance_by_key(
        &self,
        tenant: &Tenant,
        workflow: &str,
        key: &str,
    ) -> Result<Option<InstanceRow>, StoreError>;

    /// Instances that match, newest first.
    async fn instances(&self, query: &InstanceQuery) -> Result<Vec<InstanceRow>, StoreError>;

    /// Instances that are running or compensating, or whose timer is due before `horizon`, by id.
    async fn runnable(
        &self,
        horizon: Timestamp,
        limit: usize,
    ) -> Result<Vec<InstanceRow>, StoreError>;

    /// The answer stored by an instance, once there is one.
    async fn answer(&self, id: InstanceId) -> Result<Option<Answer>, StoreError>;

    /// What an idempotency key is bound to.
    async fn claimed(&self, claim: &Claim) -> Result<Option<Claimed>, StoreError>;

    /// A record by kind and id, of that tenant.
    async fn record(
        &self,
        tenant: &Tenant,
        kind: &str,
        id: Uuid,
    ) -> Result<Option<Record>, StoreError>;

    /// Each of these records as it stands at one moment, in the order asked for.
    async fn load(
        &self,
        tenant: &Tenant,
        wanted: &[RecordRef],
    ) -> Result<Vec<Option<Record>>, StoreError>;

    /// A record by a unique business key.
    async fn record_by_key(
        &self,
        tenant: &Tenant,
        kind: &str,
        name: &str,
        value: &str,
    ) -> Result<Option<Record>, StoreError>;

    /// Records of a kind, newest first, older than `before` where given.
    async fn records(
        &self,
        tenant: &Tenant,
        kind: &str,
        before: Option<Uuid>,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError>;

    /// Records that have one of the keys asked for, each once, newest first; what it costs grows with the page, not with
    /// how many there are.
    async fn records_by_search(&self, query: &RecordQuery) -> Result<Vec<Record>, StoreError>;

    /// Events of a feed after a position, in offset order per shard; [`StoreError::Displaced`] where, at the moment of
    /// this read, another event stands at the position than the one that was read.
    async fn events(
        &self,
        feed: &str,
        after: &Position,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError>;

    /// Every event of the tenant with that correlation id, oldest first.
    async fn correlated_events(
        &self,
        tenant: &Tenant,
        correlation: &str,
    ) -> Result<Vec<StoredEvent>, StoreError>;

    /// Resolves when the feed has grown since the call; may resolve early, never late.
    fn grown(&self, feed: &str) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// The position of a named reader; none if it has read nothing yet.
    async fn cursor(&self, reader: &str) -> Result<Option<Arc<str>>, StoreError>;

    /// Whether a message was processed.
    async fn seen(&self, message: &MessageId) -> Result<bool, StoreError>;

    /// Stores a workflow definition, so that instances pinned to it can always be read.
    async fn keep_definition(
        &self,
        hash: &str,
        workflow: &str,
        body: &Bytes,
    ) -> Result<(), StoreError>;

    /// A stored definition, by its hash.
    async fn definition(&self, hash: &str) -> Result<Option<Bytes>, StoreError>;
}

/// Why the store could not do it: but for the two defects of a caller, the store is at fault and not the request.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The start queue is full: shed, and say when to come back.
    #[error("the store's queue is full; try again in a moment")]
    Full,
    /// The disk, the file or the writer failed; nothing that was not acknowledged is promised.
    #[error("the store cannot write: {0}")]
    Broken(Arc<str>),
    /// A row belongs to another shard than its batch says: a defect of the caller.
    #[error("{what} belongs to shard {actual:?}, not to {batch:?}")]
    WrongShard {
        /// The row that belongs elsewhere.
        what: String,
        /// The shard that the row is in.
        actual: Shard,
        /// The shard that the batch named.
        batch: Shard,
    },
    /// A batch that can never be right, such as an event without its record.
    #[error("malformed batch: {0}")]
    Malformed(String),
    /// The position is one of another feed: begin those shards again.
    #[error("{0}")]
    Displaced(Displaced),
    /// Another version of the program wrote it, in another layout; met only when a store is opened.
    #[error("{0}")]
    OtherLayout(String),
    /// It was moved to the archive and cannot be read there; the text says why, and what to do.
    #[error("{0}")]
    Archived(String),
    /// What is stored is not what was written; the text says what, and what to do.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
}

/// An instance as stored.
#[derive(Debug, Clone)]
pub struct StoredInstance {
    /// What lists show of it.
    pub row: InstanceRow,
    /// The last snapshot, and the revision it was taken at.
    pub snapshot: Option<(u64, Bytes)>,
    /// Journal entries after the snapshot (all of them without one).
    pub entries: Vec<Bytes>,
    /// What its caller was answered, once there is an answer.
    pub answer: Option<Answer>,
}

/// What lists and searches show of an instance.
#[derive(Debug, Clone)]
pub struct InstanceRow {
    /// The id of the instance.
    pub id: InstanceId,
    /// What was fixed at its start.
    pub header: InstanceHeader,
    /// The shard that all its rows are in.
    pub shard: Shard,
    /// How many batches it has seen.
    pub revision: u64,
    /// Its status after the last batch.
    pub status: Status,
    /// When its earliest timer is due, where one is armed.
    pub due: Option<Timestamp>,
    /// What it is parked on.
    pub parked: Option<Bytes>,
    /// When its first batch was committed.
    pub started: Timestamp,
    /// When its last batch was committed.
    pub updated: Timestamp,
    /// The month whose archive has its journal, once it has been moved there.
    pub archived: Option<ArchiveMonth>,
}

/// A search over instances; absent members do not restrict.
#[derive(Debug, Clone, Default)]
pub struct InstanceQuery {
    /// Only those of this retailer.
    pub tenant: Option<Tenant>,
    /// Only those of this workflow.
    pub workflow: Option<String>,
    /// Only those with this business key.
    pub key: Option<String>,
    /// Only those with this status.
    pub status: Option<Status>,
    /// Only those with this correlation id.
    pub correlation: Option<String>,
    /// Only those older than this one, for the next page.
    pub before: Option<InstanceId>,
    /// At most so many; 0 means 50.
    pub limit: usize,
}

/// A search for records by what they are found by.
#[derive(Debug, Clone)]
pub struct RecordQuery {
    /// The retailer whose records they are.
    pub tenant: Tenant,
    /// The kind of record, `order`.
    pub kind: &'static str,
    /// The keys, of which a record has at least one; none find nothing.
    pub keys: Vec<SearchKey>,
    /// Only those older than this one, for the next page.
    pub before: Option<Uuid>,
    /// At most so many.
    pub limit: usize,
}

/// An idempotency key's binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The workflow instance that it started, or whose answer it got.
    pub instance: InstanceId,
    /// What it was used with.
    pub fingerprint: [u8; 32],
    /// The HTTP status to answer with where the stored answer is 201.
    pub status: Option<u16>,
}

/// A record as stored.
#[derive(Debug, Clone)]
pub struct Record {
    /// The unique id, a UUID of version 7.
    pub id: Uuid,
    /// The shard that all its rows are in.
    pub shard: Shard,
    /// How often it was written.
    pub version: Version,
    /// The body of its last version, as JSON.
    pub body: Bytes,
    /// When it was last written.
    pub updated: Timestamp,
}

/// An event as stored.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// The unique id: a UUID of version 7, or of version 8 where it derives from the fact that a vendor told.
    pub id: Uuid,
    /// The feed it is on, which is the name of the producing API.
    pub feed: Arc<str>,
    /// Its shard within the feed.
    pub shard: Shard,
    /// Its place in that shard, from 1, without a hole.
    pub offset: u64,
    /// The retailer it belongs to.
    pub tenant: Tenant,
    /// The kind of record it is about.
    pub aggregate_kind: Arc<str>,
    /// The record it is about.
    pub aggregate_id: Uuid,
    /// Its place among all events of that record, from 1, without a gap.
    pub sequence: u64,
    /// The event type, `OrderPlaced`.
    pub kind: Arc<str>,
    /// The correlation id, shared with everything that the same first call caused.
    pub correlation: Arc<str>,
    /// What caused it: an event, a workflow instance or a request.
    pub causation: Option<Arc<str>>,
    /// The W3C trace context of what caused it, where there was one.
    pub traceparent: Option<Arc<str>>,
    /// When it was committed.
    pub at: Timestamp,
    /// The data, as JSON.
    pub data: Bytes,
}

/// How far a reader of a feed has come: the last event read of each shard, by the shard's number; none where nothing was
/// read yet. Opaque on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position(pub Vec<Option<Place>>);

/// An event in a shard of a feed. The offset finds it; id and time tell whether it is the one that was read, and not
/// what stands there since the file was lost, replaced or restored from an older copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its offset in the shard.
    pub offset: u64,
    /// Its id, which a fact has again when it is read again after an accident.
    pub event: Uuid,
    /// When it was committed, which it was at another time then.
    pub at: Timestamp,
}

impl StoredEvent {
    /// Where it stands in its shard.
    pub fn place(&self) -> Place {
        Place {
            offset: self.offset,
            event: self.id,
            at: self.at,
        }
    }
}

/// A position that is not one of this feed, with each shard in which it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Displaced {
    /// The feed that was read, by the name of its API.
    pub feed: Arc<str>,
    /// Where another event was read than stands there; the other shards are as they were read.
    pub shards: Vec<DisplacedShard>,
}

/// A shard in which something else stands than was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisplacedShard {
    /// The shard of the feed, by its number.
    pub shard: Shard,
    /// What was read last.
    pub read: Place,
    /// What stands at that offset, or last in a shard that ends before it; none in an empty one.
    pub found: Option<Place>,
}

impl fmt::Display for Displaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "feed {} is not the one that was read", self.feed)?;
        for (index, shard) in self.shards.iter().enumerate() {
            let separator = if index == 0 { ": " } else { "; " };
            write!(f, "{separator}{shard}")?;
        }
        Ok(())
    }
}

impl fmt::Display for DisplacedShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shard, read, found } = self;
        let (shard, offset) = (shard.0, read.offset);
        match found {
            None => write!(
                f,
                "shard {shard} was read up to event {offset} and is empty"
            ),
            Some(found) if found.offset < offset => write!(
                f,
                "shard {shard} was read up to event {offset} and ends at {}",
                found.offset
            ),
            Some(found) if found.event == read.event => write!(
                f,
                "event {offset} of shard {shard}, {}, was written at {} when it was read and says {} now",
                read.event, read.at, found.at
            ),
            Some(found) => write!(
                f,
                "event {offset} of shard {shard} was {} when it was read and is {} now",
                read.event, found.event
            ),
        }
    }
}
