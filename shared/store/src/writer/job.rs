//! A job with its types forgotten, so that jobs of many kinds share one commit.

use super::{JobError, WriteError};
use crate::StoreError;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a run ended, before anything is committed.
pub(crate) enum JobOutcome {
    /// Its writes are to stand.
    Done,
    /// Its writes, if any, are to be undone.
    Refused,
    /// It failed by itself; its writes are to be undone.
    Failed(StoreError),
}

pub(crate) trait Job: Send {
    /// Does the writes; may be called again after a rollback. An error is the connection's.
    fn run(&mut self, conn: &Connection) -> Result<JobOutcome, rusqlite::Error>;

    /// Tells the caller what became of it: its own outcome, or that the store failed it.
    fn complete(self: Box<Self>, verdict: Result<(), StoreError>);
}

pub(crate) struct Typed<F, S, T, R> {
    job: F,
    complete: S,
    outcome: Option<Result<T, R>>,
}

impl<F, S, T, R> Typed<F, S, T, R> {
    pub(crate) fn new(job: F, complete: S) -> Self {
        Self {
            job,
            complete,
            outcome: None,
        }
    }
}

impl<F, S, T, R> Job for Typed<F, S, T, R>
where
    T: Send,
    R: Send,
    F: Fn(&Connection) -> Result<T, JobError<R>> + Send,
    S: FnOnce(Result<T, WriteError<R>>) + Send,
{
    fn run(&mut self, conn: &Connection) -> Result<JobOutcome, rusqlite::Error> {
        self.outcome = None;
        // A job that panics is undone like one that fails; the writer must outlive it.
        match catch_unwind(AssertUnwindSafe(|| (self.job)(conn))) {
            Ok(Ok(done)) => {
                self.outcome = Some(Ok(done));
                Ok(JobOutcome::Done)
            }
            Ok(Err(JobError::Refuse(refusal))) => {
                self.outcome = Some(Err(refusal));
                Ok(JobOutcome::Refused)
            }
            Ok(Err(JobError::Sql(error))) => Err(error),
            Err(_panic) => Ok(JobOutcome::Failed(StoreError::Broken(
                "a write panicked and was undone; the log has the place, and the same write will fail again".into(),
            ))),
        }
    }

    fn complete(self: Box<Self>, verdict: Result<(), StoreError>) {
        let outcome = match (verdict, self.outcome) {
            (Err(error), _) => Err(WriteError::Store(error)),
            (Ok(()), Some(Ok(done))) => Ok(done),
            (Ok(()), Some(Err(refusal))) => Err(WriteError::Refused(refusal)),
            (Ok(()), None) => Err(WriteError::Store(super::error::stopped())),
        };
        (self.complete)(outcome);
    }
}
