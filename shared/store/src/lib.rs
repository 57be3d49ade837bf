//! The store of record: journal, records, events, keys and audit in one transaction space.

mod batch;
mod port;

pub use batch::{
    Answer, Appended, Batch, Birth, Cause, Changes, Claim, Conflict, CursorWrite, Epoch,
    InstanceWrite, Lane, MessageId, NewEvent, RecordRef, RecordWrite, Shard, Status, Version,
};
pub use port::{
    Append, Claimed, InstanceQuery, InstanceRow, Position, Record, Store, StoreError, StoredEvent,
    StoredInstance,
};
