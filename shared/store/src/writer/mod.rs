//! The group-commit writer: one SQLite file, one writing thread, one sync for many jobs.
//!
//! It knows two small tables of its own, one for probes and one (`head`) by which a database counts its commits where that is
//! asked for. The store of record is built on it, and so are the embedded backends' books: a `Mutex<Connection>` would pay
//! one sync a call.

mod checkpoint;
mod connection;
mod error;
mod group;
mod head;
mod job;
mod lock;
mod look;
mod meter;
mod options;
mod probe;
mod queue;
mod readers;
mod snapshot;
mod start;
mod thread;

pub(crate) use error::{DamagedRow, is_damage, is_unreadable, stopped};
pub(crate) use snapshot::copy as copy_database;
pub(crate) use start::StartCheck;

pub use connection::Durability;
pub use error::{JobError, WriteError};
pub use lock::PathLock;
pub use meter::WriterStats;
pub use options::WriterOptions;
pub use snapshot::{HeldWriter, Snapshot};

use crate::{QueueClass, StoreError};
use connection::DatabaseFile;
use job::{Job, Typed};
use look::Look;
use meter::Meter;
use queue::Queue;
use readers::Readers;
use rusqlite::Connection;
use start::Looked;
use std::convert::Infallible;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use thread::WriterThread;
use tokio::sync::oneshot;

/// What a small job weighs, in bytes, for those who do not count.
const SMALL: usize = 512;

/// A cheap handle to the one writer of a SQLite file. The last one dropped drains, checkpoints and unlocks.
#[derive(Debug, Clone)]
pub struct Writer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    meter: Arc<Meter>,
    mode: Mode,
}

#[derive(Debug)]
enum Mode {
    /// A file: grouped on a thread of its own, read by a pool.
    Grouped {
        queue: Arc<Queue>,
        readers: Readers,
        thread: WriterThread,
        file: Arc<DatabaseFile>,
        /// There where the start did not look at everything.
        background_look: Option<Look>,
        lock: PathLock,
    },
    /// In memory: on the caller's thread, over one connection.
    Inline(Mutex<Connection>),
}

impl Writer {
    /// Opens (or creates) the file, and takes it for this process alone. `schema` is run at every open, so it says `IF NOT EXISTS`.
    ///
    /// A file that can be read and not written is opened too: see [`Self::unwritable`].
    pub fn open(
        path: &Path,
        schema: &'static str,
        options: WriterOptions,
    ) -> Result<Self, StoreError> {
        Self::grouped(path, schema, options, None)
    }

    /// The same with a look at the file before, and a file beside it that notes what was acknowledged.
    pub(crate) fn open_checked(
        path: &Path,
        schema: &'static str,
        options: WriterOptions,
        check: StartCheck,
    ) -> Result<Self, StoreError> {
        Self::grouped(path, schema, options, Some(check))
    }

    fn grouped(
        path: &Path,
        schema: &'static str,
        options: WriterOptions,
        check: Option<StartCheck>,
    ) -> Result<Self, StoreError> {
        let lock = PathLock::take(path)?;
        let looked = check.map(|check| check.run(path)).transpose()?;
        let (head, looked) = looked.unzip();
        let file = Arc::new(DatabaseFile::new(
            path,
            schema,
            head,
            options.reader_cache_kib,
        ));
        let meter = Arc::new(Meter::default());
        let queue = Arc::new(Queue::new(&options));
        let writing = connection::for_writing(&file, &meter)?;
        let readers = Readers::new(Arc::clone(&file), options.readers);
        let thread = WriterThread::start(writing, &file, &queue, (&meter, &readers), &options)?;
        let background_look = match (check, looked) {
            (Some(check), Some(Looked::InPart)) => {
                Some(Look::start(&file, &queue, &meter, check.rows)?)
            }
            (_, Some(Looked::AsAsked) | None) | (None, _) => None,
        };
        Ok(Self(Arc::new(Inner {
            meter,
            mode: Mode::Grouped {
                queue,
                readers,
                thread,
                file,
                background_look,
                lock,
            },
        })))
    }

    /// A database in memory that commits on the caller's thread: for tests, and for books nobody needs tomorrow.
    pub fn memory(schema: &'static str) -> Result<Self, StoreError> {
        let conn = Mutex::new(connection::in_memory(schema)?);
        Ok(Self(Arc::new(Inner {
            meter: Arc::new(Meter::default()),
            mode: Mode::Inline(conn),
        })))
    }

    /// Runs a job in a transaction, grouped with others; resolves once it is on disk.
    ///
    /// It is submitted by the call, not by the first poll, and dropping the future changes nothing about it. The job may be run
    /// twice (a neighbour's failure), so it has no effect but on the connection, and neither begins, commits nor changes tables.
    /// `bytes` is its rough size.
    pub fn run<T, R, F>(
        &self,
        class: QueueClass,
        bytes: usize,
        job: F,
    ) -> impl Future<Output = Result<T, WriteError<R>>> + Send + 'static + use<T, R, F>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(&Connection) -> Result<T, JobError<R>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        // The caller may have gone; the job stands all the same.
        self.submit(class, bytes, job, move |outcome| drop(reply.send(outcome)));
        async move {
            answer
                .await
                .unwrap_or_else(|_writer_gone| Err(WriteError::Store(stopped())))
        }
    }

    /// A small job that is never refused for lack of room: what a book writes.
    pub fn write<T, R, F>(
        &self,
        job: F,
    ) -> impl Future<Output = Result<T, WriteError<R>>> + Send + 'static + use<T, R, F>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(&Connection) -> Result<T, JobError<R>> + Send + 'static,
    {
        self.run(QueueClass::Progress, SMALL, job)
    }

    /// The same, holding up the caller's thread for a sync: for set-up, never for a request.
    pub fn write_blocking<T, R, F>(&self, job: F) -> Result<T, WriteError<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(&Connection) -> Result<T, JobError<R>> + Send + 'static,
    {
        let (reply, answer) = std::sync::mpsc::sync_channel(1);
        self.submit(QueueClass::Progress, SMALL, job, move |outcome| {
            drop(reply.send(outcome));
        });
        answer
            .recv()
            .unwrap_or_else(|_writer_gone| Err(WriteError::Store(stopped())))
    }

    /// Queues a job; `complete` is called with its outcome after the COMMIT, on the writer's thread.
    pub(crate) fn submit<T, R, F, S>(&self, class: QueueClass, bytes: usize, job: F, complete: S)
    where
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(&Connection) -> Result<T, JobError<R>> + Send + 'static,
        S: FnOnce(Result<T, WriteError<R>>) + Send + 'static,
    {
        let job: Box<dyn Job> = Box::new(Typed::new(job, complete));
        match &self.0.mode {
            Mode::Grouped { queue, .. } => queue.push(class, bytes, job),
            Mode::Inline(conn) => {
                let conn = conn.lock().unwrap_or_else(PoisonError::into_inner);
                let mut group = vec![job];
                let Err(error) = group::commit(&conn, &mut group, &self.0.meter, None) else {
                    return;
                };
                tracing::error!(%error, "a write to a database in memory failed");
                // Nothing to reopen in memory; the next BEGIN shows whether this helped.
                if !conn.is_autocommit()
                    && let Err(error) = conn.execute_batch("ROLLBACK")
                {
                    tracing::error!(%error, "a database in memory could not be rolled back");
                }
                group::fail(&mut group, &StoreError::Broken(error::unwritable(&error)));
            }
        }
    }

    /// A short read, by key or of a few rows, on the caller's thread; it sees everything acknowledged before the call.
    ///
    /// One statement is one snapshot; for several begin with [`Connection::unchecked_transaction`].
    pub async fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        match &self.0.mode {
            Mode::Grouped { readers, .. } => readers.with(read).await,
            Mode::Inline(conn) => inline(conn, read),
        }
    }

    /// A read of many rows, on a thread that may block; dropping the future ends it.
    pub async fn scan<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.scan_then(read, |rows| rows).await
    }

    /// The same, and on that thread what follows from the rows while nothing of this file is held any more.
    pub(crate) async fn scan_then<T: 'static, U: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U, StoreError> {
        match &self.0.mode {
            Mode::Grouped { readers, .. } => readers.scan(read, then).await,
            Mode::Inline(conn) => inline(conn, read).map(then),
        }
    }

    /// A read over a connection of its own, holding up the caller's thread: for set-up and audits, never for a request.
    pub fn read_blocking<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        match &self.0.mode {
            Mode::Grouped { file, .. } => Ok(read(&connection::for_reading(file)?)?),
            Mode::Inline(conn) => inline(conn, read),
        }
    }

    /// How many bytes of the file are in use: its free pages and the log are left out.
    pub async fn used_bytes(&self) -> Result<u64, StoreError> {
        let sql = "SELECT (page_count - freelist_count) * page_size
                   FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()";
        let used = |conn: &Connection| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
        Ok(u64::try_from(self.read(used).await?).unwrap_or(0))
    }

    /// The one connection of a database in memory, to watch it by.
    #[cfg(any(test, feature = "steps"))]
    pub(crate) fn with_connection<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        match &self.0.mode {
            Mode::Grouped { .. } => Err(StoreError::Broken(
                "a file is written and read over several connections; count over a database in memory".into(),
            )),
            Mode::Inline(conn) => {
                Ok(work(&mut conn.lock().unwrap_or_else(PoisonError::into_inner))?)
            }
        }
    }

    /// What it has done so far.
    pub fn stats(&self) -> WriterStats {
        self.0.meter.read()
    }

    /// Whether jobs are still being taken and run.
    pub fn is_alive(&self) -> bool {
        match &self.0.mode {
            Mode::Grouped { queue, .. } => queue.is_open(),
            Mode::Inline(_) => true,
        }
    }

    /// Why nothing can be written at present, and what to do; none while all is well.
    ///
    /// From the first commit that the disk refused until a probe, once a second, has been written and synced. Meanwhile starts
    /// are refused at once; other jobs wait for the next probe.
    pub fn unwritable(&self) -> Option<Arc<str>> {
        match &self.0.mode {
            Mode::Grouped { queue, .. } => queue.unwritable(),
            Mode::Inline(_) => None,
        }
    }

    /// What was found damaged since the file was opened, and what to do; starts are refused with it from then on.
    pub fn damaged(&self) -> Option<Arc<str>> {
        match &self.0.mode {
            Mode::Grouped { queue, .. } => queue.damaged(),
            Mode::Inline(_) => None,
        }
    }

    /// How durable an acknowledged job is, as SQLite itself reports it.
    pub fn durability(&self) -> Result<Durability, StoreError> {
        match &self.0.mode {
            Mode::Grouped { file, .. } => connection::durability(file),
            Mode::Inline(conn) => Ok(Durability::of(
                &conn.lock().unwrap_or_else(PoisonError::into_inner),
            )?),
        }
    }

    /// Copies the log into the file now, as far as readers allow.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        match &self.0.mode {
            Mode::Grouped { file, .. } => checkpoint::now(file, &self.0.meter),
            Mode::Inline(_) => Ok(()),
        }
    }

    /// A consistent copy, while writing goes on. The file must not exist.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        match &self.0.mode {
            Mode::Grouped { .. } => self.snapshot()?.copy_to(to),
            Mode::Inline(conn) => {
                snapshot::copy(&conn.lock().unwrap_or_else(PoisonError::into_inner), to)
            }
        }
    }

    /// Lets nothing be committed until the answer is dropped: whoever holds several writers sees one moment of all of them.
    ///
    /// Blocks until the commit under way is done. A writer that cannot write at present commits nothing by itself.
    pub fn hold(&self) -> HeldWriter {
        let (held, job) = HeldWriter::new();
        if let Mode::Grouped { queue, .. } = &self.0.mode
            && queue.unwritable().is_none()
        {
            let stand = move |_conn: &Connection| {
                job.run();
                Ok::<(), JobError<Infallible>>(())
            };
            self.submit(QueueClass::Progress, 1, stand, drop);
            held.wait();
        }
        held
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

    /// Does what is queued, copies the whole log into the file, and lets the file go. Later jobs are refused.
    pub fn close(&self) -> Result<(), StoreError> {
        self.0.close()
    }
}

impl Inner {
    fn close(&self) -> Result<(), StoreError> {
        let Mode::Grouped {
            queue,
            readers,
            thread,
            file,
            background_look,
            lock,
        } = &self.mode
        else {
            return Ok(());
        };
        queue.close();
        if let Some(look) = background_look {
            look.stop();
        }
        if !thread.join() {
            return Ok(());
        }
        readers.close();
        if let Some(head) = &file.head {
            head.sync();
        }
        let last = checkpoint::last(file);
        lock.release()?;
        last
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!(%error, "the store was not closed cleanly; the next start recovers it");
        }
    }
}

fn inline<T>(
    conn: &Mutex<Connection>,
    read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    Ok(read(&conn.lock().unwrap_or_else(PoisonError::into_inner))?)
}

#[cfg(test)]
mod failing;
#[cfg(test)]
mod tests;
