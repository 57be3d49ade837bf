//! The archive: what ended instances leave behind once they are old, events and audit rows, in a file a month beside the live one.
//!
//! Two files never commit together, so the order of the steps is the promise: read of one moment, write into the month, COMMIT, sync
//! the file, sync the folder, and only then one writer job deletes and marks what has not moved meanwhile. Wherever it is cut off
//! the live rows are still right, and the run is repeated. The row of an instance never leaves.

mod audit;
mod boundary;
mod chain;
mod ended;
mod erase;
mod events;
mod leaving;
mod month_audit;
mod month_event;
mod month_file;
mod month_instance;
mod months;
mod place;
#[cfg(test)]
mod plan;
mod settle;

pub use month_file::verify_archive;
pub use place::{ArchivePlace, Archived};

use super::audit::{BadRow, Walk, archived};
use super::pieces::{Depth, Pieces};
use super::read::ArchivedPart;
use crate::writer::Writer;
use crate::{ArchiveMonth, AuditReport, QueueClass, StoreError, StoredEvent};
use boundary::boundary;
use crossdock_model::{InstanceId, Tenant, Timestamp};
use leaving::{Bite, Leaving};
use months::Months;
use place::Stage;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Mutex;

/// How many rows of a chain a bite takes for each instance that it would: about what an instance leaves.
const ROWS_AN_INSTANCE: usize = 8;
/// What a job that deletes weighs: it writes many pages, so it fills a good part of a commit.
const DELETION_BYTES: usize = 256 << 10;

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
        Self {
            months: Arc::new(Months::beside(database)),
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
        let read = move |conn: &rusqlite::Connection| month_instance::pieces(conn, id, depth);
        if let Some(pieces) = self.months.ask(month, read).await? {
            return Ok(pieces);
        }
        // Not there: whether that is as it should be, the live store says.
        let erased = writer.read(|conn| erase::is_erased(conn, month)).await?;
        let file = self.months.name(month);
        Err(if erased {
            StoreError::Erased(format!(
                "the journal of instance {id} was erased with its month {month}"
            ))
        } else {
            StoreError::Archived(format!(
                "the journal of instance {id} is in {file}, and it is not there: put {file} from a backup into the data folder"
            ))
        })
    }

    /// The same for a caller on a thread that may wait for the disk; none where it takes [`Self::pieces`] to wait, or to say why.
    pub(super) fn pieces_at_once(
        &self,
        (month, id): (ArchiveMonth, InstanceId),
        depth: Depth,
    ) -> Option<Pieces> {
        let read = |conn: &rusqlite::Connection| month_instance::pieces(conn, id, depth);
        self.months.at_once(month, read)
    }

    /// The events that a month has of a journey, for a caller on a thread that may wait for the disk; none where it takes
    /// [`Self::events`] to wait, or to say why.
    pub(super) fn events_at_once(
        &self,
        month: ArchiveMonth,
        correlation: &str,
    ) -> Option<Vec<StoredEvent>> {
        let read =
            |conn: &rusqlite::Connection| month_event::correlated(conn, correlation).map(Some);
        self.months.at_once(month, read)
    }

    /// The events of a journey that those months have, each at least as many as it is known to.
    pub(super) async fn events(
        &self,
        writer: &Writer,
        parts: Vec<(ArchivedPart, Option<Vec<StoredEvent>>)>,
        (tenant, correlation): (&Tenant, &str),
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let mut events = Vec::new();
        for ((month, many), found) in parts {
            // From its mark on, although the file may still be there.
            let erased = writer.read(|conn| erase::is_erased(conn, month)).await?;
            if erased {
                return Err(StoreError::Erased(format!(
                    "events of {correlation} were erased with their month {month}"
                )));
            }
            let found = match found {
                Some(found) => found,
                None => self.months_events(month, correlation).await?,
            };
            let there = found.len() as u64;
            if there < many {
                let file = self.months.name(month);
                return Err(StoreError::Archived(format!(
                    "{many} events of {correlation} are in {file}, and {there} of them are there: put {file} from a backup into the data folder"
                )));
            }
            events.extend(found.into_iter().filter(|event| event.tenant == *tenant));
        }
        Ok(events)
    }

    async fn months_events(
        &self,
        month: ArchiveMonth,
        correlation: &str,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let wanted = correlation.to_owned();
        let read =
            move |conn: &rusqlite::Connection| month_event::correlated(conn, &wanted).map(Some);
        Ok(self.months.ask(month, read).await?.unwrap_or_default())
    }

    /// Moves some of what ended or was written before that time, oldest first.
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
        let (most, most_rows) = (self.bite, self.bite.saturating_mul(ROWS_AN_INSTANCE));
        let mut did = Archived::default();
        let next = match from.0 {
            Stage::Ended(updated, seq) => {
                let bite = writer
                    .scan(move |conn| ended::before(conn, before, (updated, seq), most))
                    .await?;
                let next = bite.next.or(Some(Stage::Events(0)));
                did.damaged = bite.damaged;
                did.moved = self.leave(writer, bite).await?;
                next
            }
            Stage::Events(after) => {
                let bite = writer
                    .scan(move |conn| events::before(conn, before, after, most_rows))
                    .await?;
                let next = bite.next.or(Some(Stage::Audit(0)));
                (did.damaged, did.held_back) = (bite.damaged, bite.held_back);
                did.events = self.leave(writer, bite).await?;
                next
            }
            Stage::Audit(after) => {
                let bite = writer
                    .scan(move |conn| audit::before(conn, before, after, most_rows))
                    .await?;
                let next = bite.next;
                did.damaged = bite.damaged;
                did.audited = self.leave(writer, bite).await?;
                next
            }
        };
        did.next = next.map(ArchivePlace);
        Ok(did)
    }

    /// The order that loses nothing: for good in the months, and only then no longer here.
    async fn leave<T: Leaving>(&self, writer: &Writer, bite: Bite<T>) -> Result<usize, StoreError> {
        let mut moved = 0;
        for (month, leaving) in bite.leaving {
            let leaving: Arc<[T]> = leaving.into();
            self.months.keep(month, Arc::clone(&leaving)).await?;
            let mut from = 0;
            while from < leaving.len() {
                let to = leaving.len().min(from + T::AT_ONCE);
                let (some, range) = (Arc::clone(&leaving), from..to);
                let job = move |conn: &rusqlite::Connection| {
                    let some = some.get(range.clone()).unwrap_or_default();
                    Ok(T::settle(conn, month, some)?)
                };
                moved += writer.run(QueueClass::Start, DELETION_BYTES, job).await?;
                boundary();
                from = to;
            }
        }
        Ok(moved)
    }

    /// Reads the audit chains from their beginnings: in the months, then in the live file.
    pub(super) fn audit_verify(&self, writer: &Writer) -> Result<AuditReport, StoreError> {
        let (heads, live) = writer.read_blocking(|conn| {
            let moment = conn.unchecked_transaction()?;
            let mut heads = Vec::new();
            for head in archived(&moment)? {
                heads.push((head, erase::is_erased(&moment, head.month)?));
            }
            Ok((heads, super::audit::verify(&moment)?))
        })?;
        let mut walk = Walk::default();
        for (head, erased) in heads {
            if erased {
                walk.skip(&head);
                continue;
            }
            let read =
                |conn: &rusqlite::Connection| month_audit::walk(conn, &mut walk, &head).map(Some);
            let bad = match self.months.read(head.month, read)? {
                Some(bad) => bad,
                None => Some(BadRow {
                    shard: head.shard,
                    number: head.number,
                    why: format!("{} is not there", self.months.name(head.month)),
                }),
            };
            if bad.is_some() {
                return Ok(walk.report(bad));
            }
        }
        Ok(AuditReport {
            rows: live.rows + walk.report(None).rows,
            ..live
        })
    }

    /// Takes a month out of the world: marked first, then unlinked. Cut off between, the next run ends it.
    pub(super) async fn erase(
        &self,
        writer: &Writer,
        month: ArchiveMonth,
    ) -> Result<(), StoreError> {
        let _one_at_a_time = self.turn.lock().await;
        let live = writer.scan(move |conn| {
            Ok(ended::some_of(conn, month)?
                || events::some_of(conn, month)?
                || audit::some_of(conn, month)?)
        });
        if live.await? {
            return Err(StoreError::Archived(format!(
                "what ended or was written in {month} is not all in the archive yet; erase the month once it is old enough and a run has moved it"
            )));
        }
        if !self.months.path(month).exists() {
            return Err(StoreError::Archived(format!(
                "there is no {}: nothing of {month} is in the archive",
                self.months.name(month)
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
