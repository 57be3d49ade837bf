//! The thread that owns the writing connection: take what queued up, commit it, acknowledge, again.

use super::checkpoint::{self, Checkpointer};
use super::connection::{self, DatabaseFile};
use super::group::{self, Health};
use super::meter::Meter;
use super::options::WriterOptions;
use super::queue::Queue;
use crate::StoreError;
use rusqlite::Connection;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// The writer's thread, which takes the checkpointer's down with it.
#[derive(Debug)]
pub(crate) struct WriterThread(Mutex<Option<JoinHandle<()>>>);

impl WriterThread {
    pub(crate) fn start(
        writing: Connection,
        file: &Arc<DatabaseFile>,
        queue: &Arc<Queue>,
        meter: &Arc<Meter>,
        options: &WriterOptions,
    ) -> Result<Self, StoreError> {
        let checkpointer = Checkpointer::start(
            Arc::clone(file),
            Arc::clone(meter),
            options.checkpoint_every,
        )?;
        let mut writing = Writing {
            conn: Some(writing),
            file: Arc::clone(file),
            meter: Arc::clone(meter),
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

/// However the thread ends, nobody waits for it for ever.
struct AbandonOnExit(Arc<Queue>);

impl Drop for AbandonOnExit {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

struct Writing {
    conn: Option<Connection>,
    file: Arc<DatabaseFile>,
    meter: Arc<Meter>,
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
        while queue.wait() {
            if several {
                yield_to_others();
            }
            queue.take(&mut group);
            several = group.len() > 1;
            let conn = match self
                .conn
                .take()
                .map_or_else(|| connection::for_writing(&self.file, &self.meter), Ok)
            {
                Ok(conn) => conn,
                Err(error) => {
                    tracing::error!(%error, "the store cannot be opened again");
                    group::fail(&mut group, &error);
                    continue;
                }
            };
            let head = self.file.head.as_ref();
            if group::commit(&conn, &mut group, &self.meter, head) == Health::Usable {
                self.help_with_the_log(&conn);
                self.conn = Some(conn);
            }
        }
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
