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
mod position;
mod read;
mod record;
mod rows;
mod schema;
mod search;
mod table;

pub use archive::{ArchivePlace, Archived, verify_archive};
pub use audit::{AuditHead, AuditReport, BadRow};
pub use copy::{CopyReport, verify_database, verify_store};

use crate::writer::{Durability, JobError, StartCheck, Writer, WriterOptions, WriterStats};
use crate::{
    Answer, Append, ArchiveMonth, Batch, Claim, Claimed, InstanceQuery, InstanceRow, MessageId,
    Position, QueueClass, Record, RecordQuery, RecordRef, Shard, Store, StoreError, StoredEvent,
    StoredInstance,
};
use archive::Archive;
use async_trait::async_trait;
use bytes::Bytes;
use crossdock_model::{InstanceId, Tenant, Timestamp};
use memory::Memory;
use pieces::{Depth, Found, Pieces};
use rusqlite::{Connection, OptionalExtension, params};
use std::convert::Infallible;
use std::future::{Future, ready};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use uuid::Uuid;

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
            check_within: Duration::from_millis(50),
            archive_bite: 500,
            writer: WriterOptions::default(),
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
            rows: table::verify_all,
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
        })
    }

    /// Reads the audit chains from their beginnings, and finds the first row that is not what was written.
    pub fn audit_verify(&self) -> Result<AuditReport, StoreError> {
        self.writer.read_blocking(audit::verify)
    }

    /// Moves some of what ended before that time, and has not moved since, to the files of its months; oldest first.
    ///
    /// A run begins at the default place and ends once no next one is answered. It may be cut off anywhere, and repeated.
    pub async fn archive(
        &self,
        ended_before: Timestamp,
        from: ArchivePlace,
    ) -> Result<Archived, StoreError> {
        let archive = self.months()?;
        archive.take_in(&self.writer, ended_before, from).await
    }

    /// Takes a month's file away for good: what its instances went through cannot be shown any more.
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

    /// With what the archive has, where the row says that it has something.
    async fn whole(
        &self,
        live: Option<Found>,
        depth: Depth,
    ) -> Result<Option<StoredInstance>, StoreError> {
        let Some(found) = live else {
            return Ok(None);
        };
        let found = match found.row.archived {
            Some(month) => {
                let archived = self.archived(month, found.row.id, depth).await?;
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

#[async_trait]
impl Store for SqliteStore {
    fn shards(&self) -> u16 {
        self.shards
    }

    fn shard_of(&self, tenant: &Tenant, key: &str) -> Shard {
        schema::shard_of(tenant, key, self.shards)
    }

    fn append(&self, class: QueueClass, batch: Batch) -> Append {
        if let Err(error) = check::check(&batch, self.shards) {
            return Box::pin(ready(Err(error)));
        }
        let bytes = check::estimated_bytes(&batch);
        let (reply, answer) = oneshot::channel();
        let (memory, after) = (Arc::clone(&self.memory), Arc::clone(&self.memory));
        let job = move |conn: &Connection| append::apply(conn, &batch, &memory);
        self.writer.submit(class, bytes, job, move |outcome| {
            if let Ok(growth) = &outcome {
                after.announce(growth);
            }
            // The caller may have gone; the batch stands all the same.
            drop(reply.send(append::appended(outcome)));
        });
        Box::pin(async move {
            answer
                .await
                .unwrap_or_else(|_writer_gone| Err(crate::writer::stopped()))
        })
    }

    async fn instance(&self, id: InstanceId) -> Result<Option<StoredInstance>, StoreError> {
        let depth = Depth::SinceSnapshot;
        let live = self.writer.read(|conn| read::instance(conn, id, depth));
        self.whole(live.await?, depth).await
    }

    async fn history(&self, id: InstanceId) -> Result<Option<StoredInstance>, StoreError> {
        let depth = Depth::Whole;
        let read = move |conn: &Connection| read::instance(conn, id, depth);
        self.whole(self.writer.scan(read).await?, depth).await
    }

    async fn instance_by_key(
        &self,
        tenant: &Tenant,
        workflow: &str,
        key: &str,
    ) -> Result<Option<InstanceRow>, StoreError> {
        let read = |conn: &Connection| read::instance_by_key(conn, tenant, workflow, key);
        self.writer.read(read).await
    }

    async fn instances(&self, query: &InstanceQuery) -> Result<Vec<InstanceRow>, StoreError> {
        let query = query.clone();
        self.writer
            .scan(move |conn| instance_search::instances(conn, &query))
            .await
    }

    async fn runnable(
        &self,
        horizon: Timestamp,
        limit: usize,
    ) -> Result<Vec<InstanceRow>, StoreError> {
        self.writer
            .scan(move |conn| instance_search::runnable(conn, horizon, limit))
            .await
    }

    async fn answer(&self, id: InstanceId) -> Result<Option<Answer>, StoreError> {
        let Some(live) = self.writer.read(|conn| read::answer(conn, id)).await? else {
            return Ok(None);
        };
        let found = match live.row.archived {
            Some(month) => live.after(self.archived(month, id, Depth::SinceSnapshot).await?),
            None => live,
        };
        Ok(found.pieces.answer)
    }

    async fn claimed(&self, claim: &Claim) -> Result<Option<Claimed>, StoreError> {
        let days = self.memory.claim_days(i64::MIN);
        self.writer
            .read(|conn| claims::find(conn, claim, &days))
            .await
    }

    async fn record(
        &self,
        tenant: &Tenant,
        kind: &str,
        id: Uuid,
    ) -> Result<Option<Record>, StoreError> {
        let read = |conn: &Connection| read::record(conn, tenant, kind, id);
        self.writer.read(read).await
    }

    async fn load(
        &self,
        tenant: &Tenant,
        wanted: &[RecordRef],
    ) -> Result<Vec<Option<Record>>, StoreError> {
        self.writer
            .read(|conn| read::load(conn, tenant, wanted))
            .await
    }

    async fn record_by_key(
        &self,
        tenant: &Tenant,
        kind: &str,
        name: &str,
        value: &str,
    ) -> Result<Option<Record>, StoreError> {
        let read = |conn: &Connection| read::record_by_key(conn, tenant, kind, (name, value));
        self.writer.read(read).await
    }

    async fn records(
        &self,
        tenant: &Tenant,
        kind: &str,
        before: Option<Uuid>,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let (tenant, kind) = (tenant.clone(), kind.to_owned());
        self.writer
            .scan(move |conn| read::records(conn, &tenant, &kind, before, limit))
            .await
    }

    async fn records_by_search(&self, query: &RecordQuery) -> Result<Vec<Record>, StoreError> {
        let query = query.clone();
        self.writer
            .scan(move |conn| search::records(conn, &query))
            .await
    }

    async fn events(
        &self,
        feed: &str,
        after: &Position,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let (memory, shards) = (Arc::clone(&self.memory), self.shards);
        let (feed, after) = (feed.to_owned(), after.clone());
        let read =
            move |conn: &Connection| read::events(conn, &memory, shards, (&feed, &after, limit));
        self.writer.scan(read).await?.map_err(StoreError::Displaced)
    }

    async fn correlated_events(
        &self,
        tenant: &Tenant,
        correlation: &str,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let (tenant, correlation) = (tenant.clone(), correlation.to_owned());
        self.writer
            .scan(move |conn| read::correlated_events(conn, &tenant, &correlation))
            .await
    }

    fn grown(&self, feed: &str) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut growth = self.memory.watch(feed);
        Box::pin(async move {
            // The sender lives in the store's memory; if the store is gone, nothing will grow and the reader finds out by reading.
            drop(growth.changed().await);
        })
    }

    async fn cursor(&self, reader: &str) -> Result<Option<Arc<str>>, StoreError> {
        self.writer.read(|conn| read::cursor(conn, reader)).await
    }

    async fn seen(&self, message: &MessageId) -> Result<bool, StoreError> {
        self.writer.read(|conn| read::seen(conn, message)).await
    }

    async fn keep_definition(
        &self,
        hash: &str,
        workflow: &str,
        body: &Bytes,
    ) -> Result<(), StoreError> {
        if self.definition(hash).await?.is_some() {
            return Ok(());
        }
        let (hash, workflow, body) = (hash.to_owned(), workflow.to_owned(), body.clone());
        let kept = self.writer.write(move |conn| {
            table::DEFINITION.insert(conn, params![hash, workflow, &body[..]])?;
            Ok(())
        });
        Ok(kept.await?)
    }

    async fn definition(&self, hash: &str) -> Result<Option<Bytes>, StoreError> {
        self.writer.read(|conn| read::definition(conn, hash)).await
    }
}

#[cfg(test)]
mod growth_tests;
#[cfg(test)]
mod tests;
