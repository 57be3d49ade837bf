//! What is answered where a place is none in the feed, or the store cannot now.

use crossdock_model::Violation;
use crossdock_problem::{Code, Problem};
use crossdock_store::{Shard, StoreError};
use std::time::Duration;

/// Where a problem about a cursor names a shard: this, and the shard's number.
const SHARD_OF_CURSOR: &str = "#/query/after/";

/// What the reader of a feed is answered that could not be read: each shard in which its cursor is of another feed or
/// older than what is left, or that the store cannot now.
pub fn unreadable(error: StoreError) -> Problem {
    unreadable_at(SHARD_OF_CURSOR, error)
}

/// The same, where a shard of the cursor is named after `pointer`.
pub(crate) fn unreadable_at(pointer: &str, error: StoreError) -> Problem {
    let violation = |shard: Shard, detail: String| Violation {
        pointer: format!("{pointer}{}", shard.0),
        detail,
    };
    match error {
        StoreError::Displaced(displaced) => {
            let shards = displaced.shards.iter();
            let shards = shards.map(|at| violation(at.shard, at.to_string()));
            let what = format!(
                "{displaced}; leave the cursor out to read from the beginning, and drop what has an id that you have seen"
            );
            Problem::new(Code::FeedReplaced, what).with_errors(shards.collect())
        }
        StoreError::EventsArchived(archived) => {
            let shards = archived.shards.iter();
            let shards = shards.map(|at| violation(at.shard, at.to_string()));
            let what = format!(
                "{archived}; leave the cursor out to begin at what is left; the timeline of an order has its older events too"
            );
            Problem::new(Code::EventsArchived, what).with_errors(shards.collect())
        }
        StoreError::Full
        | StoreError::Broken(_)
        | StoreError::WrongShard { .. }
        | StoreError::Malformed(_)
        | StoreError::OtherLayout(_)
        | StoreError::Archived(_)
        | StoreError::Erased(_)
        | StoreError::Corrupt(_) => {
            Problem::new(Code::Unavailable, error.to_string()).after(Duration::from_secs(1))
        }
    }
}
