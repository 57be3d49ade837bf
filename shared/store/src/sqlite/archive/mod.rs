//! The archive: what ended instances leave behind once they are old, in a file a month beside the live one.
//!
//! Two files never commit together, so the order of the steps is the promise: read of one moment, write into the month, COMMIT, sync
//! the file, sync the folder, and only then one writer job deletes and marks what has not moved meanwhile. Wherever it is cut off
//! the live rows are still right, and the run is repeated. The row of an instance never leaves.

mod boundary;
mod ended;
mod erase;
mod month_file;
mod months;
mod settle;

pub use ended::ArchivePlace;
pub use month_file::verify_archive;

use super::pieces::{Depth, Pieces};
use crate::writer::Writer;
use crate::{ArchiveMonth, QueueClass, StoreError};
use boundary::boundary;
use crossdock_model::{InstanceId, Timestamp};
use ended::Ended;
use months::Months;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Mutex;

/// How many instances one writer job deletes: a few milliseconds, between which others have their turn.
const DELETED_AT_ONCE: usize = 25;
/// What such a job weighs: it writes many pages, so it fills a good part of a commit.
const DELETION_BYTES: usize = 256 << 10;

/// What one bite of an archive run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Archived {
    /// How many instances left for the archive.
    pub moved: usize,
    /// How many were left where they are, because their rows are damaged; the log names them.
    pub damaged: usize,
    /// Where the next bite begins; none once nothing more is old enough.
    pub next: Option<ArchivePlace>,
}

/// The months beside one store; one run, erasure or backup at a time.
#[derive(Debug)]
pub(super) struct Archive {
    months: Arc<Months>,
    /// How many instances one bite takes at most.
    bite: usize,
    turn: Mutex<()>,
}

impl Archive {
    pub(super) fn beside(database: &Path, bite: usize) -> Self {
        let folder = database.parent().unwrap_or(Path::new("."));
        Self {
            months: Arc::new(Months::of(folder)),
            bite: bite.max(1),
            turn: Mutex::default(),
        }
    }

    /// What the month's file has of an instance.
    pub(super) async fn pieces(
        &self,
        writer: &Writer,
        (month, id): (ArchiveMonth, InstanceId),
        depth: Depth,
    ) -> Result<Pieces, StoreError> {
        if let Some(pieces) = self.months.pieces(month, id, depth).await? {
            return Ok(pieces);
        }
        // Not there: whether that is as it should be, the live store says.
        let erased = writer.read(|conn| erase::is_erased(conn, month)).await?;
        let file = Months::name(month);
        Err(StoreError::Archived(if erased {
            format!("the journal of instance {id} was erased with its month {month}")
        } else {
            format!(
                "the journal of instance {id} is in {file}, and it is not there: put {file} from a backup into the data folder"
            )
        }))
    }

    /// Moves some of what ended before that time, oldest first.
    ///
    /// The deletions wait among the starts, behind everything that is under way: a store with a full queue is left alone.
    pub(super) async fn take_in(
        &self,
        writer: &Writer,
        before: Timestamp,
        from: ArchivePlace,
    ) -> Result<Archived, StoreError> {
        let _one_at_a_time = self.turn.lock().await;
        self.finish_erasing(writer).await?;
        let most = self.bite;
        let bite = writer
            .scan(move |conn| ended::before(conn, before, from, most))
            .await?;
        let mut by_month: BTreeMap<ArchiveMonth, Vec<Ended>> = BTreeMap::new();
        for one in bite.ended {
            by_month.entry(one.month).or_default().push(one);
        }
        let mut moved = 0;
        for (month, ended) in by_month {
            let kept = self.months.keep(month, ended).await?;
            for some in kept.chunks(DELETED_AT_ONCE) {
                moved += settle(writer, month, some.to_vec()).await?;
            }
        }
        Ok(Archived {
            moved,
            damaged: bite.damaged,
            next: bite.next,
        })
    }

    /// Takes a month out of the world: marked first, then unlinked. Cut off between, the next run ends it.
    pub(super) async fn erase(
        &self,
        writer: &Writer,
        month: ArchiveMonth,
    ) -> Result<(), StoreError> {
        let _one_at_a_time = self.turn.lock().await;
        let live = writer.read(|conn| ended::some_of(conn, month)).await?;
        if live {
            return Err(StoreError::Archived(format!(
                "instances that ended in {month} are not in the archive yet; erase the month once they are old enough and a run has moved them"
            )));
        }
        if !self.months.path(month).exists() {
            return Err(StoreError::Archived(format!(
                "there is no {}: nothing of {month} is in the archive",
                Months::name(month)
            )));
        }
        let marked = writer.write(move |conn| Ok(erase::mark(conn, month)?));
        marked.await?;
        boundary();
        self.finish_erasing(writer).await
    }

    async fn finish_erasing(&self, writer: &Writer) -> Result<(), StoreError> {
        let begun = writer.read(erase::begun).await?;
        for month in begun {
            self.months.unlink(month).await?;
            boundary();
            let done = writer.write(move |conn| Ok(erase::done(conn, month)?));
            done.await?;
        }
        Ok(())
    }

    /// The months that there are, for a backup.
    pub(super) fn files(&self) -> Result<Vec<(ArchiveMonth, PathBuf)>, StoreError> {
        self.months.all()
    }

    /// Copies a month's file into one that must not exist.
    pub(super) fn copy(&self, month: ArchiveMonth, to: &Path) -> Result<(), StoreError> {
        let _one_at_a_time = self.turn.blocking_lock();
        self.months.copy(month, to)
    }
}

/// Deletes what is in the archive now, and marks the rows; returns how many had not moved meanwhile.
async fn settle(
    writer: &Writer,
    month: ArchiveMonth,
    some: Vec<settle::Kept>,
) -> Result<usize, StoreError> {
    let job = move |conn: &rusqlite::Connection| {
        let mut settled = 0;
        for kept in &some {
            settled += usize::from(settle::settle(conn, *kept, month)?);
        }
        Ok(settled)
    };
    let settled = writer.run(QueueClass::Start, DELETION_BYTES, job).await?;
    boundary();
    Ok(settled)
}
