//! A few read-only connections, checked out for one read each.

use super::connection::{self, DatabaseFile};
use super::error::stopped;
use crate::StoreError;
use rusqlite::Connection;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
struct Pool {
    idle: Vec<Connection>,
    /// How many more may be opened.
    unopened: usize,
    closed: bool,
}

/// At most as many connections as the options say; who comes later waits for the microseconds that a read takes.
#[derive(Debug)]
pub(crate) struct Readers {
    file: Arc<DatabaseFile>,
    pool: Mutex<Pool>,
    returned: Condvar,
}

impl Readers {
    pub(crate) fn new(file: Arc<DatabaseFile>, most: usize) -> Self {
        let pool = Pool {
            idle: Vec::new(),
            unopened: most.max(1),
            closed: false,
        };
        Self {
            file,
            pool: Mutex::new(pool),
            returned: Condvar::new(),
        }
    }

    pub(crate) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let reader = self.acquire()?;
        match &reader.conn {
            Some(conn) => Ok(read(conn)?),
            None => Err(stopped()),
        }
    }

    fn acquire(&self) -> Result<PooledReader<'_>, StoreError> {
        let mut pool = self.pool();
        loop {
            if pool.closed {
                return Err(stopped());
            }
            if let Some(conn) = pool.idle.pop() {
                return Ok(PooledReader {
                    conn: Some(conn),
                    readers: self,
                });
            }
            if pool.unopened > 0 {
                pool.unopened -= 1;
                drop(pool);
                // Made before the connection, so that its slot is given back if opening fails.
                let mut reader = PooledReader {
                    conn: None,
                    readers: self,
                };
                reader.conn = Some(connection::for_reading(&self.file)?);
                return Ok(reader);
            }
            pool = self
                .returned
                .wait(pool)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Closes what is idle, and what is checked out as it comes back.
    pub(crate) fn close(&self) {
        let mut pool = self.pool();
        pool.closed = true;
        pool.idle.clear();
        drop(pool);
        self.returned.notify_all();
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct PooledReader<'a> {
    conn: Option<Connection>,
    readers: &'a Readers,
}

impl Drop for PooledReader<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.pool();
        match self.conn.take() {
            // A read that left a transaction open, by a panic, is not handed to the next.
            Some(conn) if conn.is_autocommit() && !pool.closed => pool.idle.push(conn),
            Some(_) | None => pool.unopened += 1,
        }
        drop(pool);
        self.readers.returned.notify_one();
    }
}
