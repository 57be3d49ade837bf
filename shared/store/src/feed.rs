//! Feeds as a store has them: events, where their readers stand, and what keeps a reader from reading on.

use crate::Shard;
use bytes::Bytes;
use crossdock_model::{Tenant, Timestamp};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

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

/// What a reader stood before that is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedEvents {
    /// The feed that was read, by the name of its API.
    pub feed: Arc<str>,
    /// The shards in which the position is older than what is left.
    pub shards: Vec<ArchivedShard>,
}

/// A shard that begins later than it was read up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivedShard {
    /// The shard of the feed, by its number.
    pub shard: Shard,
    /// The offset that was read last; 0 where nothing was.
    pub read: u64,
    /// The last offset that has left for the archive.
    pub archived: u64,
}

/// A reader whose place holds events back from the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedReader {
    /// The name that it registered under.
    pub name: Arc<str>,
    /// The last offset of each shard, by the shard's number, that it has acknowledged; 0 where it has none.
    pub acknowledged: Vec<u64>,
    /// When it last said so.
    pub at: Timestamp,
}

impl fmt::Display for ArchivedEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "feed {} begins later than the position", self.feed)?;
        for (index, shard) in self.shards.iter().enumerate() {
            let separator = if index == 0 { ": " } else { "; " };
            write!(f, "{separator}{shard}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ArchivedShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "shard {} was read up to event {}, and events up to {} have left for the archive",
            self.shard.0, self.read, self.archived
        )
    }
}
