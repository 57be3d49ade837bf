//! The store port: what the engine, the feeds and the policies need of a store of record.

use crate::{
    Answer, Appended, ArchiveMonth, ArchivedEvents, Batch, Claim, Displaced, FeedReader,
    InstanceHeader, MessageId, Position, QueueClass, RecordRef, SearchKey, Shard, Status,
    StoredEvent, Version,
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

    /// Events of a feed after a position, in offset order per shard; an empty position begins at [`Self::beginning`].
    ///
    /// [`StoreError::Displaced`] where, at the moment of this read, another event stands at the position than the one that
    /// was read; [`StoreError::EventsArchived`] where what comes after the position is not there any more.
    async fn events(
        &self,
        feed: &str,
        after: &Position,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError>;

    /// Where a feed begins: in each shard the last event that has left for the archive; empty while none has.
    async fn beginning(&self, feed: &str) -> Result<Position, StoreError>;

    /// Where a feed ends: in each shard its last event, left or not; a reader there has nothing before it.
    async fn end(&self, feed: &str) -> Result<Position, StoreError>;

    /// Notes how far a reader of a feed has come, and registers it the first time: what it has not acknowledged stays.
    async fn acknowledge(
        &self,
        feed: &str,
        reader: &str,
        acknowledged: &Position,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Every registered reader of a feed, by name.
    async fn readers(&self, feed: &str) -> Result<Vec<FeedReader>, StoreError>;

    /// Ends the registration of a reader that will not come back; whether there was one.
    async fn forget_reader(&self, feed: &str, reader: &str) -> Result<bool, StoreError>;

    /// Every event of the tenant with that correlation id, oldest first, whether it is in the archive or not.
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
    /// What comes after the position has left for the archive: begin the feed again, without a position.
    #[error("{0}")]
    EventsArchived(ArchivedEvents),
    /// Another version of the program wrote it, in another layout; met only when a store is opened.
    #[error("{0}")]
    OtherLayout(String),
    /// It was moved to the archive and cannot be read there; the text says why, and what to do.
    #[error("{0}")]
    Archived(String),
    /// It went with its month of the archive, on purpose and for good.
    #[error("{0}")]
    Erased(String),
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
