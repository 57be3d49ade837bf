//! A few read-only connections, checked out for one read each.

use super::connection::{self, DatabaseFile};
use super::error::stopped;
use crate::StoreError;
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// After how many steps of a scan it is asked whether anybody still waits.
const STEPS: i32 = 10_000;

/// At most as many connections as the options say; who comes later waits, for as long as it likes.
#[derive(Debug, Clone)]
pub(crate) struct Readers(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    file: Arc<DatabaseFile>,
    idle: Mutex<Vec<Connection>>,
    /// One for each connection that may be checked out; closed with the store.
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(file: Arc<DatabaseFile>, most: usize) -> Self {
        Self(Arc::new(Pool {
            file,
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(most.max(1))),
        }))
    }

    /// A short read on the caller's thread, once a connection is free.
    pub(crate) async fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let reader = self.acquire().await?;
        reader.read(read)
    }

    /// A read of many rows on a thread that may block, and there what follows once the connection has gone back. Whoever stops
    /// waiting for it interrupts the read.
    pub(crate) async fn scan<T: 'static, U: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U, StoreError> {
        let mut reader = self.acquire().await?;
        let wanted = Wanted::default();
        let unwanted = Arc::clone(&wanted.0);
        let scanned = tokio::task::spawn_blocking(move || {
            reader.abandon_when(Some(unwanted))?;
            let rows = reader.read(read);
            reader.abandon_when(None)?;
            // From here on the connection may serve somebody else.
            drop(reader);
            rows.map(then)
        });
        let rows = scanned.await;
        rows.unwrap_or_else(|_panicked_or_stopping| Err(stopped()))
    }

    async fn acquire(&self) -> Result<PooledReader, StoreError> {
        let permit = Arc::clone(&self.0.permits).acquire_owned().await;
        let permit = permit.map_err(|_closed| stopped())?;
        let idle = lock(&self.0.idle).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => connection::for_reading(&self.0.file)?,
        };
        Ok(PooledReader {
            conn: Some(conn),
            pool: Arc::clone(&self.0),
            _permit: permit,
        })
    }

    /// Closes what is idle: a log's index that was opened read-only stays so until the last connection has gone.
    pub(crate) fn close_idle(&self) {
        lock(&self.0.idle).clear();
    }

    /// Closes what is idle, and what is checked out as it comes back.
    pub(crate) fn close(&self) {
        self.0.permits.close();
        lock(&self.0.idle).clear();
    }
}

/// A connection that goes back where it came from.
struct PooledReader {
    conn: Option<Connection>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl PooledReader {
    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let conn = self.conn.as_ref().ok_or_else(stopped)?;
        Ok(read(conn)?)
    }

    /// Ends what is read from now on once the flag is set: asked while it runs, so it does not matter whether it has begun.
    fn abandon_when(&mut self, unwanted: Option<Arc<AtomicBool>>) -> Result<(), StoreError> {
        let conn = self.conn.as_mut().ok_or_else(stopped)?;
        let is_unwanted = unwanted.map(|flag| move || flag.load(Ordering::Relaxed));
        Ok(conn.progress_handler(STEPS, is_unwanted)?)
    }
}

impl Drop for PooledReader {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else {
            return;
        };
        let mut idle = lock(&self.pool.idle);
        // A read that left a transaction open, by a panic, is not handed to the next.
        if conn.is_autocommit() && !self.pool.permits.is_closed() {
            idle.push(conn);
        }
    }
}

/// Says that nobody waits for a scan any more, once it is dropped.
#[derive(Default)]
struct Wanted(Arc<AtomicBool>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
