//! The store of record in one SQLite file.

mod append;
mod archive;
mod audit;
mod check;
mod checksum;
mod claims;
mod copy;
mod event;
mod feed;
mod inbox;
mod instance;
mod instance_search;
mod layout;
mod memory;
mod outcome;
mod pieces;
mod port;
mod position;
mod read;
mod reader;
mod record;
#[cfg(feature = "recording")]
mod recorder;
mod rows;
mod schema;
mod search;
mod table;

pub use archive::{ArchivePlace, Archived, verify_archive};
pub use audit::{AuditHead, AuditReport, BadRow};
pub use copy::{CopyReport, verify_database, verify_store};

use crate::writer::{Durability, JobError, StartCheck, Writer, WriterOptions, WriterStats};
use crate::{ArchiveMonth, StoreError, StoredInstance};
use archive::Archive;
use crossdock_model::{InstanceId, Timestamp};
use memory::Memory;
use pieces::{Depth, Found, Pieces};
use rusqlite::{OptionalExtension, params};
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Enough for the upper pages of its indexes at a million orders.
const READER_CACHE_KIB: u32 = 8_192;

/// How a store is laid out and driven.
#[derive(Debug, Clone, Copy)]
pub struct SqliteOptions {
    /// How many shards, fixed when the file is created.
    pub shards: u16,
    /// How long the look for damage may hold up whoever opens the file, before it goes on beside the orders; zero leaves
    /// it out.
    pub check_within: Duration,
    /// How many instances one bite of an archive run takes at most.
    pub archive_bite: usize,
    /// The bounds of the writer below.
    pub writer: WriterOptions,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            shards: 8,
            check_within: Duration::from_millis(20),
            archive_bite: 500,
            writer: WriterOptions {
                reader_cache_kib: READER_CACHE_KIB,
                ..WriterOptions::default()
            },
        }
    }
}

/// One file with one writer; cheap to clone.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: Writer,
    shards: u16,
    memory: Arc<Memory>,
    /// There where the store is a file.
    archive: Option<Arc<Archive>>,
    #[cfg(feature = "recording")]
    recorder: recorder::Recorder,
}

impl SqliteStore {
    /// Opens the file, or creates it with its folder, and takes it for this process alone.
    ///
    /// A file that is damaged, or behind what was acknowledged, is refused with [`StoreError::Corrupt`].
    pub fn open(path: &Path, options: SqliteOptions) -> Result<Self, StoreError> {
        // Before anything is looked at in a way that only this layout can be.
        match layout::of_file(path) {
            Some(schema::LAYOUT) | None => {}
            Some(other) => return Err(layout::other(other)),
        }
        let check = StartCheck {
            within: options.check_within,
            rows: table::verify_named,
        };
        let writer = Writer::open_checked(path, schema::SCHEMA, options.writer, check)?;
        let archive = Some(Arc::new(Archive::beside(path, options.archive_bite)));
        Self::over(writer, options.shards, archive)
    }

    /// A store in memory with eight shards that commits on the caller's thread: for tests.
    pub fn memory() -> Result<Self, StoreError> {
        Self::over(Writer::memory(schema::SCHEMA)?, 8, None)
    }

    fn over(
        writer: Writer,
        shards: u16,
        archive: Option<Arc<Archive>>,
    ) -> Result<Self, StoreError> {
        let shards = shards.max(1);
        let is = |name: &'static str| {
            writer.read_blocking(move |conn| {
                let sql = "SELECT value FROM meta WHERE name = ?1";
                conn.query_row(sql, [name], |row| row.get::<_, i64>(0))
                    .optional()
            })
        };
        if is("layout")?.is_none() {
            let laid_out = writer.write_blocking(move |conn| {
                let sql = "INSERT INTO meta (name, value) VALUES ('layout', ?1), ('shards', ?2)";
                conn.execute(sql, params![schema::LAYOUT, shards])?;
                Ok::<(), JobError<Infallible>>(())
            });
            laid_out?;
        }
        match (is("layout")?, is("shards")?) {
            (Some(schema::LAYOUT), Some(stored)) if stored == i64::from(shards) => {}
            (Some(schema::LAYOUT), stored) => {
                return Err(StoreError::Broken(
                    format!(
                        "the store was created with {} shards and the settings say {shards}; the number is fixed at creation, so set it back",
                        stored.unwrap_or(0)
                    )
                    .into(),
                ));
            }
            (layout, _) => return Err(layout::other(layout.unwrap_or(0))),
        }
        let memory = Arc::new(Memory::new(writer.read_blocking(claims::days)?));
        Ok(Self {
            writer,
            shards,
            memory,
            archive,
            #[cfg(feature = "recording")]
            recorder: recorder::Recorder::default(),
        })
    }

    /// Every batch that is written from now on, in the order of the commits; none for a second one who asks.
    #[cfg(feature = "recording")]
    pub fn recording(&self) -> Option<std::sync::mpsc::Receiver<crate::Batch>> {
        self.recorder.begin()
    }

    /// Reads the audit chains from their beginnings, in the archive too, and finds the first row that is not what was written.
    pub fn audit_verify(&self) -> Result<AuditReport, StoreError> {
        match &self.archive {
            Some(archive) => archive.audit_verify(&self.writer),
            None => self.writer.read_blocking(audit::verify),
        }
    }

    /// Moves some of what ended or was written before that time to the files of its months: instances that have not moved
    /// since, events that every reader has acknowledged, rows of the audit chains; oldest first.
    ///
    /// A run begins at the default place and ends once no next one is answered; [`Self::archive_run`] is one. It may be cut off
    /// anywhere, and repeated.
    pub async fn archive(
        &self,
        ended_before: Timestamp,
        from: ArchivePlace,
    ) -> Result<Archived, StoreError> {
        let archive = self.months()?;
        archive.take_in(&self.writer, ended_before, from).await
    }

    /// One run, in bites between which everybody else has a turn, as long as `may_go_on`: what it did, and what stopped it.
    pub async fn archive_run(
        &self,
        before: Timestamp,
        may_go_on: impl Fn() -> bool,
    ) -> (Archived, Result<(), StoreError>) {
        let mut did = Archived {
            next: Some(ArchivePlace::default()),
            ..Archived::default()
        };
        while let Some(place) = did.next.filter(|_| may_go_on()) {
            match self.archive(before, place).await {
                Ok(bite) => did.add(bite),
                Err(error) => return (did, Err(error)),
            }
            tokio::task::yield_now().await;
        }
        (did, Ok(()))
    }

    /// Takes a month's file away for good: what its instances went through, and its events, cannot be shown any more.
    pub async fn erase_month(&self, month: ArchiveMonth) -> Result<(), StoreError> {
        self.months()?.erase(&self.writer, month).await
    }

    /// The months of the archive, oldest first, each with its file.
    pub fn archives(&self) -> Result<Vec<(ArchiveMonth, PathBuf)>, StoreError> {
        self.archive
            .as_ref()
            .map_or(Ok(Vec::new()), |it| it.files())
    }

    /// Copies a month's file into one that must not exist. Taken after a copy of the store, it has all that the copy lacks.
    pub fn backup_month(&self, month: ArchiveMonth, to: &Path) -> Result<(), StoreError> {
        self.months()?.copy(month, to)
    }

    fn months(&self) -> Result<&Archive, StoreError> {
        let none = || {
            StoreError::Broken("a store in memory has no archive; start with a data folder".into())
        };
        self.archive.as_deref().ok_or_else(none)
    }

    /// With what the archive has, where the row says that it has something; it may be known already.
    async fn whole(
        &self,
        live: Option<Found>,
        archived: Option<Pieces>,
        depth: Depth,
    ) -> Result<Option<StoredInstance>, StoreError> {
        let Some(found) = live else {
            return Ok(None);
        };
        let found = match found.row.archived {
            Some(month) => {
                let archived = match archived {
                    Some(archived) => archived,
                    None => self.archived(month, found.row.id, depth).await?,
                };
                found.after(archived)
            }
            None => found,
        };
        Ok(Some(found.whole()?))
    }

    async fn archived(
        &self,
        month: ArchiveMonth,
        id: InstanceId,
        depth: Depth,
    ) -> Result<Pieces, StoreError> {
        self.months()?
            .pieces(&self.writer, (month, id), depth)
            .await
    }

    /// A consistent copy, while writing goes on. The file must not exist.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        self.writer.backup(to)
    }

    /// How durable an acknowledged batch is, as SQLite itself reports it.
    pub fn durability(&self) -> Result<Durability, StoreError> {
        self.writer.durability()
    }

    /// What the writer has done so far.
    pub fn stats(&self) -> WriterStats {
        self.writer.stats()
    }

    /// Whether batches are still being taken and written.
    pub fn is_alive(&self) -> bool {
        self.writer.is_alive()
    }

    /// Why nothing can be written at present, and what to do; none while all is well.
    pub fn unwritable(&self) -> Option<Arc<str>> {
        self.writer.unwritable()
    }

    /// What was found damaged since the file was opened, and what to do; none as far as it was looked at.
    pub fn damaged(&self) -> Option<Arc<str>> {
        self.writer.damaged()
    }

    /// Copies the log into the file now, as far as readers allow.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.writer.checkpoint()
    }

    /// Writes what is queued, empties the log and lets the file go. Later batches are refused.
    pub fn close(&self) -> Result<(), StoreError> {
        self.writer.close()
    }

    /// The writer below: snapshots, and what keeps it from writing.
    pub fn writer(&self) -> &Writer {
        &self.writer
    }
}

#[cfg(test)]
mod growth_tests;
#[cfg(test)]
mod tests;
