//! How a write into the open transaction ends.

use crate::{Conflict, JobError, StoreError};

/// Why a batch is not written.
#[derive(Debug)]
pub(super) enum NotWritten {
    /// Something it relied on has changed.
    Conflict(Conflict),
    /// Its writer lost the shard.
    Fenced,
    /// It can never be right.
    Wrong(StoreError),
}

impl From<NotWritten> for JobError<NotWritten> {
    fn from(no: NotWritten) -> Self {
        Self::Refuse(no)
    }
}

impl From<Conflict> for JobError<NotWritten> {
    fn from(conflict: Conflict) -> Self {
        Self::Refuse(NotWritten::Conflict(conflict))
    }
}

pub(super) type Written<T> = Result<T, JobError<NotWritten>>;

/// The feeds that a batch made longer, with their numbers.
pub(super) type FeedGrowth = Vec<(&'static str, i64)>;
