//! The thread that owns the writing connection: take what queued up, commit it, acknowledge, again.

use super::checkpoint::{self, Checkpointer};
use super::connection::{self, DatabaseFile};
use super::error::unwritable;
use super::group;
use super::job::Job;
use super::meter::Meter;
use super::options::WriterOptions;
use super::probe;
use super::queue::Queue;
use super::readers::Readers;
use crate::StoreError;
use rusqlite::Connection;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The writer's thread, which takes the checkpointer's down with it.
#[derive(Debug)]
pub(crate) struct WriterThread(Mutex<Option<JoinHandle<()>>>);

impl WriterThread {
    pub(crate) fn start(
        writing: Connection,
        file: &Arc<DatabaseFile>,
        queue: &Arc<Queue>,
        (meter, readers): (&Arc<Meter>, &Readers),
        options: &WriterOptions,
    ) -> Result<Self, StoreError> {
        let checkpointer = Checkpointer::start(
            Arc::clone(file),
            Arc::clone(meter),
            options.checkpoint_every,
        )?;
        // A disk that was full before the start is told before the first order, not by it.
        let probed = probe::write(&writing)
            .map(|()| writing)
            .map_err(|error| StoreError::Broken(unwritable(&error)));
        let mut writing = Writing {
            conn: noted(probed, file, queue).ok(),
            file: Arc::clone(file),
            meter: Arc::clone(meter),
            readers: readers.clone(),
            checkpointer,
            checkpoint_pages: options.checkpoint_pages,
            next_checkpoint: options.checkpoint_pages,
            last_pages: 0,
        };
        let queue = Arc::clone(queue);
        let handle = thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || {
                let _at_the_end = AbandonOnExit(Arc::clone(&queue));
                writing.serve(&queue);
            })
            .map_err(|error| {
                StoreError::Broken(format!("no thread for the writer: {error}").into())
            })?;
        Ok(Self(Mutex::new(Some(handle))))
    }

    /// Waits until all that was queued is done; `false` when someone has done so before, or the caller is the thread itself.
    pub(crate) fn join(&self) -> bool {
        let Some(handle) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return false;
        };
        if handle.thread().id() == thread::current().id() {
            return false;
        }
        if handle.join().is_err() {
            tracing::error!("the store's writer had panicked");
        }
        true
    }
}

/// Gives the processors to whoever has work before a group is taken; where one is idle this costs nothing.
///
/// A commit writes whole pages and syncs, however few jobs it holds. When the processors are busy those
/// who run meanwhile bring more jobs, so the group grows with the load: PostgreSQL's `commit_delay`, paid
/// in turns instead of time. Measured with 64 clients: 6.9 syncs an order without, 2.2 with one turn, 1.3 with five.
fn yield_to_others() {
    for _turn in 0..TURNS {
        thread::yield_now();
    }
}

/// How many turns: more than five brought nothing more.
const TURNS: usize = 5;

/// How often the file is looked at: whether it takes writes again, or is still there when nobody writes.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// However the thread ends, nobody waits for it for ever.
struct AbandonOnExit(Arc<Queue>);

impl Drop for AbandonOnExit {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

struct Writing {
    /// There while the file takes writes.
    conn: Option<Connection>,
    file: Arc<DatabaseFile>,
    meter: Arc<Meter>,
    readers: Readers,
    checkpointer: Checkpointer,
    checkpoint_pages: u32,
    /// The length of the log at which this thread helps with the copying.
    next_checkpoint: u32,
    last_pages: u32,
}

impl Writing {
    fn serve(&mut self, queue: &Queue) {
        let mut group = Vec::new();
        let mut several = false;
        while queue.wait(LOOK_INTERVAL) {
            if several {
                yield_to_others();
            }
            queue.take(&mut group);
            several = group.len() > 1;
            match self.connect(queue) {
                Ok(conn) => self.commit(conn, &mut group, queue),
                Err(error) => group::fail(&mut group, &error),
            }
        }
    }

    /// The connection to write over: the one that is open, or after a failure one that has shown that it can.
    fn connect(&mut self, queue: &Queue) -> Result<Connection, StoreError> {
        let open = if let Some(conn) = self.conn.take() {
            self.file.in_place().map(|()| conn)
        } else {
            self.readers.close_idle();
            connection::for_writing_again(&self.file, &self.meter)
        };
        noted(open, &self.file, queue)
    }

    fn commit(&mut self, conn: Connection, group: &mut Vec<Box<dyn Job>>, queue: &Queue) {
        if group.is_empty() {
            self.conn = Some(conn);
            return;
        }
        let head = self.file.head.as_ref();
        let Err(error) = group::commit(&conn, group, &self.meter, head) else {
            self.help_with_the_log(&conn);
            self.conn = Some(conn);
            return;
        };
        drop(conn);
        tracing::error!(%error, jobs = group.len(), "a group of writes failed; the file is opened again");
        // Whether it was this group or is the disk is known before anybody is told.
        self.conn = self.connect(queue).ok();
        group::fail(group, &StoreError::Broken(unwritable(&error)));
    }

    /// A short checkpoint of our own every few megabytes: only then can the log start over under constant load.
    fn help_with_the_log(&mut self, conn: &Connection) {
        self.checkpointer.grown();
        let pages = self.meter.wal_pages.load(Ordering::Relaxed);
        if pages < self.last_pages {
            self.next_checkpoint = self.checkpoint_pages;
        }
        self.last_pages = pages;
        if pages >= self.next_checkpoint {
            checkpoint::passive(conn, &self.meter);
            self.next_checkpoint = pages.saturating_add(self.checkpoint_pages);
        }
    }
}

/// Passes it on; starts are refused from the first failure until the first success, and the log says both.
fn noted(
    conn: Result<Connection, StoreError>,
    file: &DatabaseFile,
    queue: &Queue,
) -> Result<Connection, StoreError> {
    let why = conn.as_ref().err().map(|error| {
        if let StoreError::Broken(why) = error {
            return Arc::clone(why);
        }
        error.to_string().into()
    });
    if queue.set_unwritable(why.clone()) {
        let file = file.path().display();
        if let Some(why) = why {
            tracing::error!(%file, %why, "the store cannot write; starts are refused until it can");
        } else {
            tracing::warn!(%file, "the store can write again");
        }
    }
    conn
}
