//! What a writer has done, in numbers that cost nothing to keep.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Counters since the start; one commit is one sync.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriterStats {
    /// Transactions committed, each with one sync.
    pub commits: u64,
    /// Jobs whose callers were answered after a commit.
    pub jobs: u64,
    /// Jobs refused by their own rule.
    pub refused: u64,
    /// Groups that had to be run again with a savepoint for each job.
    pub slow_groups: u64,
    /// Groups of which nothing was written because the disk or the file failed.
    pub failures: u64,
    /// Checkpoints taken, by the writer or beside it.
    pub checkpoints: u64,
    /// Pages in the log after the last commit.
    pub wal_pages: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Meter {
    pub(crate) commits: AtomicU64,
    pub(crate) jobs: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) slow_groups: AtomicU64,
    pub(crate) failures: AtomicU64,
    pub(crate) checkpoints: AtomicU64,
    pub(crate) wal_pages: AtomicU32,
}

impl Meter {
    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> WriterStats {
        WriterStats {
            commits: self.commits.load(Ordering::Relaxed),
            jobs: self.jobs.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            slow_groups: self.slow_groups.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            checkpoints: self.checkpoints.load(Ordering::Relaxed),
            wal_pages: self.wal_pages.load(Ordering::Relaxed),
        }
    }
}
