//! The look for damage beside the orders, where the start had no time for a whole one.

use super::connection::{self, DatabaseFile};
use super::meter::Meter;
use super::queue::Queue;
use super::start::{Looked, RowCheck, look_at, table, tables};
use crate::StoreError;
use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// After how many steps of SQLite it asks the time. A page of a tree is one, and an operation on a row is one.
const STEPS: i32 = 16;
/// It works for so long, and then rests: an order that waits for the processor waits no longer than that.
const TURN: Duration = Duration::from_micros(250);
/// It rests so many times as long as it worked: orders have the processors and the disk.
const RESTS: u32 = 31;
/// A disk that is slow makes a turn long, and the rest no longer than this.
const LONGEST_REST: Duration = Duration::from_millis(100);
/// From so many pages of log on it gives a table up: while that is looked at, the log cannot start over.
const LONG_LOG_PAGES: u32 = 16_384;
/// So long it leaves such a table alone: at first, and after further tries at most.
const PAUSES: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_hours(1);

/// The thread that looks once at everything; what it finds is said to the queue, which then refuses starts.
#[derive(Debug)]
pub(crate) struct Look {
    stop: Stop,
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
        let stop = Stop::default();
        let log = Log(Arc::clone(meter));
        let (file, queue, asked) = (Arc::clone(file), Arc::clone(queue), stop.clone());
        let handle = thread::Builder::new()
            .name("store-look".into())
            .spawn(move || {
                let looked = look(&file, (&log, PAUSES), &asked, rows);
                report(&file, &queue, looked);
            })
            .map_err(|error| {
                StoreError::Broken(format!("no thread for the look: {error}").into())
            })?;
        Ok(Self {
            stop,
            handle: Mutex::new(Some(handle)),
        })
    }

    /// Ends it, wherever it is.
    pub(crate) fn stop(&self) {
        self.stop.ask();
        let mut handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = handle.take()
            && handle.join().is_err()
        {
            tracing::error!("the look for damage had panicked");
        }
    }
}

/// The log of the file, which cannot start over while a table is looked at.
#[derive(Debug, Clone)]
struct Log(Arc<Meter>);

impl Log {
    fn pages(&self) -> u32 {
        self.0.wal_pages.load(Ordering::Relaxed)
    }

    /// Whether it is long, and has grown from that length: one that does not grow is not held back.
    fn is_too_long_since(&self, began_at: u32) -> bool {
        let pages = self.pages();
        pages >= LONG_LOG_PAGES && pages > began_at
    }
}

/// Whether the look is to end.
#[derive(Debug, Clone, Default)]
struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    fn ask(&self) {
        let (asked, changed) = &*self.0;
        *asked.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    fn is_asked(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long, or until it is asked.
    fn wait(&self, pause: Duration) {
        let (asked, changed) = &*self.0;
        let asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_timeout_while(asked, pause, |asked| !*asked));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine, and nothing but a rest follows from it"
)]
fn begin() -> Instant {
    Instant::now()
}

/// Table by table, so that no snapshot holds the log back for longer than one takes; and where that is too long, another time.
fn look(
    file: &DatabaseFile,
    (log, pauses): (&Log, RangeInclusive<Duration>),
    stop: &Stop,
    rows: RowCheck,
) -> Result<Looked, StoreError> {
    let mut conn = connection::for_looking(file)?;
    let mut left = VecDeque::new();
    look_at(file.path(), &conn, |conn| {
        left.extend(tables(conn)?);
        Ok(None)
    })?;
    let began_at = Arc::new(AtomicU32::new(0));
    let (beginning, asked) = (Arc::clone(&began_at), stop.clone());
    let gives_way = log.clone();
    let (shortest, longest) = pauses.into_inner();
    let mut turn = begin();
    let interrupt = move || {
        let worked = turn.elapsed();
        if worked >= TURN {
            asked.wait(worked.saturating_mul(RESTS).min(LONGEST_REST));
            turn = begin();
        }
        asked.is_asked() || gives_way.is_too_long_since(began_at.load(Ordering::Relaxed))
    };
    conn.progress_handler(STEPS, Some(interrupt))?;
    let mut pause = shortest;
    while let Some(name) = left.pop_front() {
        beginning.store(log.pages(), Ordering::Relaxed);
        let looked = look_at(file.path(), &conn, |conn| table(conn, &name, rows))?;
        if stop.is_asked() {
            return Ok(Looked::InPart);
        }
        if looked == Looked::AsAsked {
            pause = shortest;
            continue;
        }
        tracing::info!(file = %file.path().display(), table = name, again_s = pause.as_secs(), "too much is written for a look at the whole table; it is tried again");
        left.push_back(name);
        stop.wait(pause);
        pause = pause.saturating_mul(2).min(longest);
    }
    Ok(Looked::AsAsked)
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

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;
    use std::sync::OnceLock;

    static LOG: OnceLock<Arc<Meter>> = OnceLock::new();
    static TRIES: AtomicU32 = AtomicU32::new(0);

    /// The first time, so much is written meanwhile that the log grows long.
    fn rows_while_much_is_written(conn: &Connection, table: &str) -> rusqlite::Result<()> {
        if table != "stock" {
            return Ok(());
        }
        if TRIES.fetch_add(1, Ordering::Relaxed) == 0 {
            let log = LOG.get().unwrap();
            log.wal_pages.store(LONG_LOG_PAGES, Ordering::Relaxed);
        }
        let many = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 1000) SELECT count(*) FROM n";
        conn.query_row(many, [], |row| row.get::<_, i64>(0))?;
        Ok(())
    }

    #[test]
    fn a_look_that_would_hold_a_growing_log_gives_way_and_tries_again() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("shop.db");
        let conn = Connection::open(&database).unwrap();
        conn.execute_batch("CREATE TABLE stock (sku TEXT)").unwrap();
        drop(conn);
        let file = DatabaseFile::new(&database, "", None, 0);
        let log = Log(Arc::clone(LOG.get_or_init(Arc::default)));
        let at_once = Duration::ZERO..=Duration::ZERO;
        let stop = Stop::default();
        let looked = look(&file, (&log, at_once), &stop, rows_while_much_is_written);
        assert_eq!(looked.unwrap(), Looked::AsAsked);
        assert_eq!(TRIES.load(Ordering::Relaxed), 2);
    }
}
