//! The look for damage beside the orders, where the start had no time for a whole one.

use super::connection::{self, DatabaseFile};
use super::meter::Meter;
use super::queue::Queue;
use super::start::{Looked, RowCheck, look_at};
use crate::StoreError;
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// After how many steps of SQLite it asks the time. A page of a tree is one, and an operation on a row is one.
const STEPS: i32 = 64;
/// It works for so long, and then rests.
const TURN: Duration = Duration::from_millis(1);
/// It rests so many times as long as it worked: orders have the processors and the disk.
const RESTS: u32 = 15;
/// A disk that is slow makes a turn long; whoever closes the store does not wait longer than this.
const LONGEST_REST: Duration = Duration::from_millis(100);
/// From so many pages of log on it does not rest: while a table is looked at, the log cannot start over.
const LONG_LOG_PAGES: u32 = 16_384;

/// The thread that looks once at everything; what it finds is said to the queue, which then refuses starts.
#[derive(Debug)]
pub(crate) struct Look {
    unwanted: Arc<AtomicBool>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

impl Look {
    /// Begins over a connection of its own.
    pub(crate) fn start(
        file: &Arc<DatabaseFile>,
        queue: &Arc<Queue>,
        meter: &Arc<Meter>,
        rows: RowCheck,
    ) -> Result<Self, StoreError> {
        let unwanted = Arc::new(AtomicBool::new(false));
        let (file, queue, meter) = (Arc::clone(file), Arc::clone(queue), Arc::clone(meter));
        let stop = Arc::clone(&unwanted);
        let handle = thread::Builder::new()
            .name("store-look".into())
            .spawn(move || {
                let looked = look(&file, meter, stop, rows);
                report(&file, &queue, looked);
            })
            .map_err(|error| {
                StoreError::Broken(format!("no thread for the look: {error}").into())
            })?;
        Ok(Self {
            unwanted,
            handle: Mutex::new(Some(handle)),
        })
    }

    /// Ends it, wherever it is.
    pub(crate) fn stop(&self) {
        self.unwanted.store(true, Ordering::Relaxed);
        let mut handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = handle.take()
            && handle.join().is_err()
        {
            tracing::error!("the look for damage had panicked");
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine, and nothing but a rest follows from it"
)]
fn begin() -> Instant {
    Instant::now()
}

/// Table by table, so that no snapshot holds the log back for longer than one takes.
fn look(
    file: &DatabaseFile,
    meter: Arc<Meter>,
    unwanted: Arc<AtomicBool>,
    rows: RowCheck,
) -> Result<Looked, StoreError> {
    let mut conn = connection::for_looking(file)?;
    let mut turn = begin();
    let rest = move || {
        let worked = turn.elapsed();
        if worked >= TURN {
            if meter.wal_pages.load(Ordering::Relaxed) < LONG_LOG_PAGES {
                thread::sleep(worked.saturating_mul(RESTS).min(LONGEST_REST));
            }
            turn = begin();
        }
        unwanted.load(Ordering::Relaxed)
    };
    conn.progress_handler(STEPS, Some(rest))?;
    look_at(file.path(), &conn, tables, rows)
}

/// What is wrong first with a table or with one of its indexes; the schema's table brings the pages that nothing uses.
fn tables(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let sql =
        "SELECT 'sqlite_schema' UNION ALL SELECT name FROM sqlite_schema WHERE type = 'table'";
    let mut statement = conn.prepare(sql)?;
    let names = statement.query_map([], |row| row.get(0))?;
    let names: Vec<String> = names.collect::<Result<_, _>>()?;
    for name in names {
        let check = format!("PRAGMA integrity_check('{name}')");
        let found: String = conn.query_row(&check, [], |row| row.get(0))?;
        if found != "ok" {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn report(file: &DatabaseFile, queue: &Queue, looked: Result<Looked, StoreError>) {
    let path = file.path().display();
    match looked {
        Ok(Looked::AsAsked) => {
            tracing::info!(file = %path, "looked at as a whole beside the orders: nothing is damaged");
        }
        // The store is being closed; the next start looks again.
        Ok(Looked::InPart) => {}
        Err(StoreError::Corrupt(why)) => {
            tracing::error!(file = %path, %why, "damaged; starts are refused from here on");
            queue.set_damaged(why.into());
        }
        Err(error) => {
            tracing::warn!(file = %path, %error, "the look for damage could not go on; each row is checked when it is read");
        }
    }
}
