//! The store of record: journal, records, events, keys and audit in one transaction space.

mod batch;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
#[cfg(feature = "crash-points")]
pub mod crash;
mod feed;
mod month;
mod port;
mod sqlite;
#[cfg(any(test, feature = "steps"))]
pub mod steps;
mod writer;

pub use batch::{
    Answer, Appended, Batch, Binding, Cause, Changes, Claim, Conflict, CursorWrite, Epoch,
    InstanceHeader, InstanceWrite, MessageId, NewEvent, QueueClass, RecordRef, RecordWrite,
    SearchKey, Shard, Status, Version,
};
pub use feed::{
    ArchivedEvents, ArchivedShard, Displaced, DisplacedShard, FeedReader, Place, Position,
    StoredEvent,
};
pub use month::ArchiveMonth;
pub use port::{
    Append, Claimed, InstanceQuery, InstanceRow, Record, RecordQuery, Store, StoreError,
    StoredInstance,
};
pub use sqlite::{
    ArchivePlace, Archived, AuditHead, AuditReport, BadRow, CopyReport, SqliteOptions, SqliteStore,
    verify_archive, verify_database, verify_store,
};
pub use writer::{
    Durability, HeldWriter, JobError, PathLock, Snapshot, WriteError, Writer, WriterOptions,
    WriterStats,
};
