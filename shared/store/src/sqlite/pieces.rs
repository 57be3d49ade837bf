//! What is stored of an instance beside its row, in one place or two, put together again.

use super::checksum;
use super::rows;
use super::table::JOURNAL;
use crate::{Answer, InstanceRow, StoredInstance};
use bytes::Bytes;
use rusqlite::{Error, Result};

/// How much of an instance's journal is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// The last snapshot, and what came after it.
    SinceSnapshot,
    /// All of it, and no snapshot.
    Whole,
}

/// A snapshot as stored.
#[derive(Debug)]
pub(super) struct StoredSnapshot {
    pub(super) revision: u64,
    /// The checksum of the journal at that revision.
    pub(super) journal: i64,
    pub(super) body: Bytes,
}

/// The entries of one batch as stored, each after its length.
#[derive(Debug)]
pub(super) struct StoredBatch {
    pub(super) revision: i64,
    pub(super) packed: Vec<u8>,
}

impl StoredBatch {
    /// The checksum of a journal that had this one before the batch.
    pub(super) fn journal_after(&self, before: i64) -> i64 {
        checksum::journal(before, self.revision, &self.packed)
    }
}

/// What one place has of an instance.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub(super) snapshot: Option<StoredSnapshot>,
    /// The batches by their revisions, oldest first.
    pub(super) batches: Vec<StoredBatch>,
    pub(super) answer: Option<Answer>,
}

/// An instance's row with what the live tables have beside it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) row: InstanceRow,
    /// The checksum of its whole journal.
    pub(super) journal: i64,
    pub(super) seq: i64,
    pub(super) pieces: Pieces,
}

impl Found {
    /// With what the archive has, which is older than anything that is still live.
    #[must_use]
    pub(super) fn after(mut self, archived: Pieces) -> Self {
        let live = self.pieces;
        let snapshot = live.snapshot.or(archived.snapshot);
        let from = snapshot_revision(snapshot.as_ref());
        let batches = archived.batches.into_iter().chain(live.batches);
        self.pieces = Pieces {
            snapshot,
            batches: batches.filter(|batch| batch.revision > from).collect(),
            answer: archived.answer.or(live.answer),
        };
        self
    }

    /// The error of a journal that is not what was written.
    pub(super) fn damaged(&self) -> Error {
        JOURNAL.damaged(format!("of instance {}", self.row.id))
    }

    /// The instance, once it is known that no row of its journal is missing.
    pub(super) fn whole(self) -> Result<StoredInstance> {
        let damaged = self.damaged();
        let snapshot = self.pieces.snapshot;
        let mut journal = snapshot.as_ref().map_or(0, |snapshot| snapshot.journal);
        let mut entries = Vec::new();
        let mut is_whole = true;
        for batch in self.pieces.batches {
            journal = batch.journal_after(journal);
            is_whole &= rows::unpack(batch.packed, &mut entries).is_some();
        }
        if !is_whole || journal != self.journal {
            return Err(damaged);
        }
        Ok(StoredInstance {
            snapshot: snapshot.map(|snapshot| (snapshot.revision, snapshot.body)),
            entries,
            answer: self.pieces.answer,
            row: self.row,
        })
    }
}

/// The revision after which a journal is read; 0 without a snapshot.
pub(super) fn snapshot_revision(snapshot: Option<&StoredSnapshot>) -> i64 {
    snapshot.map_or(0, |snapshot| rows::integer(snapshot.revision))
}
