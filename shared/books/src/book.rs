//! A backend's own book: one SQLite file, one writer, every write whole.

use crate::error::{Outcome, VendorError};
use crate::faults::Faults;
use crate::tx::{Request, Tx};
use crossdock_model::{Clock, Timestamp};
use crossdock_store::{JobError, StoreError, WriteError, Writer, WriterOptions};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Notify;

/// A cheap handle on the book.
#[derive(Debug, Clone)]
pub struct Book {
    writer: Writer,
    clock: Arc<dyn Clock>,
    faults: Faults,
    announced: Arc<Notify>,
}

/// What a transaction left behind.
struct Done<T> {
    result: Result<T, VendorError>,
    announced: bool,
}

impl Book {
    /// The book in that file, made on first use; without a path one in memory.
    pub fn open(
        path: Option<&Path>,
        schema: &'static str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let schema = crate::schema::with_common_tables(schema);
        let writer = match path {
            Some(path) => Writer::open(path, schema, WriterOptions::default())?,
            None => Writer::memory(schema)?,
        };
        Ok(Self {
            writer,
            clock,
            faults: Faults::default(),
            announced: Arc::default(),
        })
    }

    /// A book in memory, for tests and trials.
    pub fn memory(schema: &'static str, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        Self::open(None, schema, clock)
    }

    /// What time it is here.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Where its time comes from.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The switches for its faults.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The writer below: backups, figures, closing.
    pub fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Reads what was committed before the call, on the caller's thread.
    pub async fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.writer.read(work).await
    }

    /// A write that no request asked for: seeds, expiries, what happens by itself.
    ///
    /// Check first, write after; the work may be run twice and must touch nothing but the transaction.
    pub async fn write<T, F>(&self, work: F) -> Result<T, VendorError>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        self.commit(None, work).await?
    }

    /// What the book begins with: asked for at every start, when most of it is there already.
    ///
    /// A book that has had it once is opened although its disk refuses to write.
    pub async fn seed<F>(&self, work: F) -> Result<(), VendorError>
    where
        F: Fn(&Tx<'_>) -> Outcome<()> + Send + 'static,
    {
        let version = |conn: &Connection| {
            conn.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        };
        let is_seeded = self.read(version).await? > 0;
        if is_seeded && self.writer.unwritable().is_some() {
            return Ok(());
        }
        let seeding = self.write(move |tx| {
            work(tx)?;
            if !is_seeded {
                tx.pragma_update(None, "user_version", 1)?;
            }
            Ok(())
        });
        seeding.await
    }

    /// One transaction with the request's line in it. The outer error says that nothing of it is in the book.
    pub(crate) async fn commit<T, F>(
        &self,
        request: Option<Arc<Request>>,
        work: F,
    ) -> Result<Result<T, VendorError>, WriteError<VendorError>>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        let now = self.now();
        let job = move |conn: &Connection| {
            let before = conn.total_changes();
            let tx = Tx::new(conn, now, request.as_deref());
            let result = match work(&tx) {
                Ok(value) => {
                    tx.log(200)?;
                    Ok(value)
                }
                // Nothing was written yet, so the refusal's line can go in with everybody else's.
                Err(JobError::Refuse(no)) if conn.total_changes() == before => {
                    tx.log(no.status().as_u16())?;
                    Err(no)
                }
                Err(stop) => return Err(stop),
            };
            Ok(Done {
                result,
                announced: tx.has_announced(),
            })
        };
        let done = self.writer.write(job).await?;
        if done.announced {
            self.announced.notify_one();
        }
        Ok(done.result)
    }

    /// Ends when something was announced since it last ended.
    pub(crate) async fn has_announced(&self) {
        self.announced.notified().await;
    }
}
