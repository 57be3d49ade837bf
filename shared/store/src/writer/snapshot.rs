//! One moment of a file, and of several files at once, kept for a copy while writing goes on.

use super::connection::{self, DatabaseFile};
use super::{JobError, Mode, Writer};
use crate::{QueueClass, StoreError};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Mutex, PoisonError, mpsc};

/// A writer that stands between two commits until this is dropped.
#[derive(Debug)]
pub struct HeldWriter {
    _release: mpsc::Sender<()>,
}

/// What a file held at one moment. While it lives the log cannot start over, so it is kept for one copy only.
#[derive(Debug)]
pub struct Snapshot(Connection);

impl Writer {
    /// Lets nothing be committed until the answer is dropped: whoever holds several writers sees one moment of all of them.
    ///
    /// Blocks until the commit under way is done. A writer that cannot write at present commits nothing by itself.
    pub fn hold(&self) -> HeldWriter {
        let (release, released) = mpsc::channel();
        let (reach, reached) = mpsc::channel();
        let released = Mutex::new(released);
        let wait = move |_conn: &Connection| {
            // Whoever asked may have gone already: then there is nothing to wait for either.
            let _heard = reach.send(());
            let released = released.lock().unwrap_or_else(PoisonError::into_inner);
            let _dropped = released.recv();
            Ok::<(), JobError<Infallible>>(())
        };
        if let Mode::Grouped { queue, .. } = &self.0.mode
            && queue.unwritable().is_none()
        {
            self.submit(QueueClass::Progress, 1, wait, drop);
            let _reached_or_failed = reached.recv();
        }
        HeldWriter { _release: release }
    }

    /// What has been committed up to now; a database in memory has no snapshots.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        match &self.0.mode {
            Mode::Grouped { file, .. } => Snapshot::of(file),
            Mode::Inline(_) => Err(StoreError::Broken(
                "a store in memory has no backup; start with a data folder".into(),
            )),
        }
    }
}

impl Snapshot {
    fn of(file: &DatabaseFile) -> Result<Self, StoreError> {
        let conn = connection::for_reading(file)?;
        conn.execute_batch("BEGIN")?;
        // The transaction sees the moment of its first read.
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_row| Ok(()))?;
        Ok(Self(conn))
    }

    /// Copies all of it into a file that must not exist, synced and whole in itself: without a log beside it.
    pub fn copy_to(&self, to: &Path) -> Result<(), StoreError> {
        copy(&self.0, to)
    }
}

/// One step, so one snapshot: writers go on, and the copy is of one moment.
pub(crate) fn copy(from: &Connection, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Broken(
            format!(
                "{} exists already, and a backup overwrites nothing; choose another name",
                to.display()
            )
            .into(),
        ));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(to, flags)?;
    let step = Backup::new(from, &mut target)?.step(-1)?;
    if step != StepResult::Done {
        return Err(StoreError::Broken(
            format!("the backup stopped half-way ({step:?}); remove it and try again").into(),
        ));
    }
    // The header says WAL as the original's does; a log beside a copy would only be lost.
    target.pragma_update(None, "journal_mode", "delete")?;
    Ok(())
}
