//! One moment of a file, and of several files at once, kept for a copy while writing goes on.

use super::connection::{self, DatabaseFile};
use crate::StoreError;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::{Mutex, PoisonError, mpsc};

/// A writer that stands between two commits until this is dropped.
#[derive(Debug)]
pub struct HeldWriter {
    reached: mpsc::Receiver<()>,
    _release: mpsc::Sender<()>,
}

/// The job by which a writer is held.
pub(crate) struct Hold {
    reach: mpsc::Sender<()>,
    released: Mutex<mpsc::Receiver<()>>,
}

impl HeldWriter {
    pub(crate) fn new() -> (Self, Hold) {
        let (release, released) = mpsc::channel();
        let (reach, reached) = mpsc::channel();
        let held = Self {
            reached,
            _release: release,
        };
        let released = Mutex::new(released);
        (held, Hold { reach, released })
    }

    /// Ends when the writer stands, or its disk has failed the job.
    pub(crate) fn wait(&self) {
        let _reached_or_failed = self.reached.recv();
    }
}

impl Hold {
    pub(crate) fn run(&self) {
        // Whoever asked may have gone already: then there is nothing to wait for either.
        let _heard = self.reach.send(());
        let released = self.released.lock().unwrap_or_else(PoisonError::into_inner);
        let _dropped = released.recv();
    }
}

/// What a file held at one moment. While it lives the log cannot start over, so it is kept for one copy only.
#[derive(Debug)]
pub struct Snapshot(Connection);

impl Snapshot {
    pub(crate) fn of(file: &DatabaseFile) -> Result<Self, StoreError> {
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
