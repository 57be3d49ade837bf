//! The files of all months, with the few connections that are kept for reading them.

use super::boundary::boundary;
use super::leaving::Leaving;
use super::month_file;
use crate::writer::{copy_database, is_damage, is_unreadable, stopped};
use crate::{ArchiveMonth, StoreError};
use rusqlite::Connection;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// How many connections are kept, and how many reads there are at once: what is old is seldom asked for.
const CONNECTIONS: usize = 4;

/// The months in one folder.
#[derive(Debug)]
pub(super) struct Months {
    folder: PathBuf,
    /// What the names of their files begin with: `archive-process-`.
    prefix: String,
    open: Mutex<Open>,
    reads: Arc<Semaphore>,
}

/// At most [`CONNECTIONS`]; the one that was used longest ago goes first.
#[derive(Debug, Default)]
struct Open {
    idle: Vec<(ArchiveMonth, Connection)>,
    /// How many months were unlinked: a connection from before may lead to a file without a name.
    unlinked: u64,
}

impl Months {
    /// Those beside that live file, which are named after it.
    pub(super) fn beside(database: &Path) -> Self {
        let stem = database.file_stem().unwrap_or_default();
        Self {
            folder: database.parent().unwrap_or(Path::new(".")).to_owned(),
            prefix: format!("archive-{}-", stem.to_string_lossy()),
            open: Mutex::default(),
            reads: Arc::new(Semaphore::new(CONNECTIONS)),
        }
    }

    /// The name of a month's file.
    pub(super) fn name(&self, month: ArchiveMonth) -> String {
        format!("{}{month}.db", self.prefix)
    }

    pub(super) fn path(&self, month: ArchiveMonth) -> PathBuf {
        self.folder.join(self.name(month))
    }

    /// What is read of a month; none where the file, or what is asked for, is not there.
    pub(super) async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        month: ArchiveMonth,
        read: impl FnOnce(&Connection) -> rusqlite::Result<Option<T>> + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let reads = Arc::clone(&self.reads);
        let permit = reads.acquire_owned().await.map_err(|_closed| stopped())?;
        let months = Arc::clone(self);
        blocking(move || {
            let _permit = permit;
            months.read(month, read)
        })
        .await
    }

    /// The same on a thread that may wait for the disk; none also where others are at it already, or the file cannot be read.
    pub(super) fn at_once<T>(
        &self,
        month: ArchiveMonth,
        read: impl FnOnce(&Connection) -> rusqlite::Result<Option<T>>,
    ) -> Option<T> {
        let _permit = self.reads.try_acquire().ok()?;
        self.read(month, read).ok().flatten()
    }

    /// The same for a caller that may wait for the disk.
    pub(super) fn read<T>(
        &self,
        month: ArchiveMonth,
        read: impl FnOnce(&Connection) -> rusqlite::Result<Option<T>>,
    ) -> Result<Option<T>, StoreError> {
        let (idle, unlinked) = {
            let mut open = self.open();
            let place = open.idle.iter().position(|(of, _)| *of == month);
            (place.map(|place| open.idle.remove(place).1), open.unlinked)
        };
        let conn = match idle {
            Some(conn) => conn,
            None if !self.path(month).exists() => return Ok(None),
            None => self.for_reading(month)?,
        };
        let found = read(&conn).map_err(|error| self.failed(month, error))?;
        let mut open = self.open();
        if open.unlinked == unlinked {
            open.idle.push((month, conn));
            let over = open.idle.len().saturating_sub(CONNECTIONS);
            open.idle.drain(..over);
        }
        Ok(found)
    }

    fn for_reading(&self, month: ArchiveMonth) -> Result<Connection, StoreError> {
        let failed = |error| self.failed(month, error);
        let conn = month_file::for_reading(&self.path(month)).map_err(failed)?;
        self.refuse_other(month, month_file::other_layout(&conn).map_err(failed)?)?;
        Ok(conn)
    }

    /// Writes into that month, for good: once it answers, a power cut takes nothing back.
    pub(super) async fn keep<T: Leaving>(
        self: &Arc<Self>,
        month: ArchiveMonth,
        some: Arc<[T]>,
    ) -> Result<(), StoreError> {
        let months = Arc::clone(self);
        blocking(move || {
            let file = months.path(month);
            let failed = |error| months.failed(month, error);
            boundary();
            let mut conn = month_file::for_writing(&file).map_err(failed)?;
            months.refuse_other(month, month_file::other_layout(&conn).map_err(failed)?)?;
            month_file::add(&mut conn, |adding| T::write(adding, &some)).map_err(failed)?;
            drop(conn);
            months.sync(&file)?;
            boundary();
            Ok(())
        })
        .await
    }

    /// Takes a month's file away for good, where it still is.
    pub(super) async fn unlink(self: &Arc<Self>, month: ArchiveMonth) -> Result<(), StoreError> {
        let months = Arc::clone(self);
        blocking(move || {
            let file = months.path(month);
            match fs::remove_file(&file) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(at(&file, &error));
                }
                Ok(()) | Err(_) => {}
            }
            let mut open = months.open();
            open.unlinked += 1;
            open.idle.clear();
            drop(open);
            months.sync_folder()
        })
        .await
    }

    /// Every month that has a file, oldest first.
    pub(super) fn all(&self) -> Result<Vec<(ArchiveMonth, PathBuf)>, StoreError> {
        let failed = |error| at(&self.folder, &error);
        let mut months = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let month = name.to_str().and_then(|name| {
                let month = name.strip_prefix(&*self.prefix)?.strip_suffix(".db")?;
                month.parse::<ArchiveMonth>().ok()
            });
            months.extend(month.map(|month| (month, self.path(month))));
        }
        months.sort();
        Ok(months)
    }

    /// Copies a month's file, as of one moment, into one that must not exist.
    pub(super) fn copy(&self, month: ArchiveMonth, to: &Path) -> Result<(), StoreError> {
        copy_database(&self.for_reading(month)?, to)
    }

    fn sync(&self, file: &Path) -> Result<(), StoreError> {
        let synced = File::open(file).and_then(|opened| opened.sync_all());
        synced.map_err(|error| at(file, &error))?;
        self.sync_folder()
    }

    fn sync_folder(&self) -> Result<(), StoreError> {
        let synced = File::open(&self.folder).and_then(|opened| opened.sync_all());
        synced.map_err(|error| at(&self.folder, &error))
    }

    fn refuse_other(&self, month: ArchiveMonth, why: Option<String>) -> Result<(), StoreError> {
        let name = self.name(month);
        why.map_or(Ok(()), |why| {
            Err(StoreError::OtherLayout(format!("{name}: {why}")))
        })
    }

    /// A damaged file is the archive's matter: the live store is right, and goes on.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "it is what map_err hands over"
    )]
    fn failed(&self, month: ArchiveMonth, error: rusqlite::Error) -> StoreError {
        let name = self.name(month);
        if is_damage(&error) || is_unreadable(&error) {
            StoreError::Archived(format!(
                "{name}: {error}; put {name} from a backup in its place while crossdock is stopped"
            ))
        } else {
            StoreError::Broken(format!("{name}: {error}").into())
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs what waits for the disk where that holds up nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked.unwrap_or_else(|_panicked_or_stopping| Err(stopped()))
}

fn at(file: &Path, error: &std::io::Error) -> StoreError {
    let name = file.display();
    StoreError::Broken(format!("{name}: {error}; look at its disk and its permissions").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_does_not_wait_reads_nothing_while_others_are_at_the_months() {
        let folder = tempfile::tempdir().unwrap();
        let months = Arc::new(Months::beside(&folder.path().join("process.db")));
        let month: ArchiveMonth = "2026-09".parse().unwrap();
        month_file::add(
            &mut month_file::for_writing(&months.path(month)).unwrap(),
            |_adding| Ok(()),
        )
        .unwrap();
        let one = |conn: &Connection| conn.query_row("SELECT 1", [], |row| row.get(0)).map(Some);
        let others = u32::try_from(CONNECTIONS).unwrap();
        let others = months.reads.acquire_many(others).await.unwrap();
        assert_eq!(months.at_once::<i64>(month, one), None);
        let waits = months.ask::<i64>(month, one);
        let (waited, ()) = tokio::join!(waits, async { drop(others) });
        assert_eq!(waited.unwrap(), Some(1));
        assert_eq!(months.at_once::<i64>(month, one), Some(1));
        assert_eq!(months.at_once::<i64>(month.next(), one), None);
    }
}
