//! A named reader of a feed: at least once, in order per subject, from where it stopped.
//!
//! An event whose handling fails is parked with its subject: later events of the same subject wait
//! behind it, all others go on. What may pass is tried again by itself, with growing pauses; what
//! cannot be understood waits for [`Subscription::resume`] or the next start.
//!
//! It is registered with the feed before it reads, and says from time to time how far it has come: what it has not done
//! stays in the feed, parked subjects included.

mod acknowledging;
mod progress;
mod saving;
mod source;
mod unsaved;
mod work;

pub use progress::ParkedSubject;
pub use source::Source;

use crate::envelope::CloudEvent;
use async_trait::async_trait;
use crossdock_model::{Clock, Fault, Timestamp};
use crossdock_runtime::Stopping;
use crossdock_store::{Batch, CursorWrite, QueueClass, Shard, Store};
use progress::{Acknowledged, Progress};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, Notify};
use unsaved::Unsaved;

/// How long to leave a source or a store alone that cannot be read.
const PAUSE: Duration = Duration::from_secs(1);
/// The most subjects that are parked; then nothing new is read until some of them pass.
const MOST_PARKED: usize = 256;

/// What a handler did with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// What it means has become true.
    Done,
    /// It means nothing to this reader.
    Ignored,
}

/// What is done with each event. It may come again after a crash: doing it twice must change nothing more.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Handles one event. `Retry`, `Unknown`, `NothingHappened` and `Misconfigured` may pass; `Refused`
    /// and `Poison` park the event's subject until somebody looks.
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault>;
}

/// Who reads, and where its place is kept.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Unique in its store and among the feed's readers, `order/oms`: the reading API, then what it reads.
    pub name: Arc<str>,
    /// The reader's own store, which keeps its cursor and progress.
    pub store: Arc<dyn Store>,
    /// The clock by which pauses are measured.
    pub clock: Arc<dyn Clock>,
}

/// A subscription, running or not; clones are handles on the same one.
#[derive(Clone)]
pub struct Subscription(Arc<Inner>);

struct Inner {
    reader: Reader,
    source: Source,
    handler: Arc<dyn Handler>,
    /// Held by whoever works.
    working: Mutex<Working>,
    asked: AtomicBool,
    wake: Notify,
}

/// What whoever works remembers from turn to turn.
#[derive(Default)]
struct Working {
    /// The place, once it is loaded.
    progress: Option<Progress>,
    unsaved: Unsaved,
    /// None until the reader is registered with its source.
    acknowledged: Option<Acknowledged>,
}

/// What a drain came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Events that were handled or ignored.
    pub handled: usize,
    /// How many subjects are parked.
    pub parked: usize,
}

/// Which of the subjects that were parked are tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RetryWhich {
    /// Those whose time has come.
    Due,
    /// Those that may pass, whether their time has come or not.
    MayPass,
    /// All of them, also those that wait for a person.
    All,
}

impl Subscription {
    /// A subscription of that reader; nothing is read before `run` or `drain`.
    pub fn new(reader: Reader, source: Source, handler: Arc<dyn Handler>) -> Self {
        Self(Arc::new(Inner {
            reader,
            source,
            handler,
            working: Mutex::default(),
            asked: AtomicBool::new(false),
            wake: Notify::new(),
        }))
    }

    /// Reads and handles until the process stops. What was parked is tried again first: the code may be newer.
    pub async fn run(self, mut stopping: Stopping) {
        let inner = &self.0;
        let mut working = inner.working.lock().await;
        inner.asked.store(true, Ordering::Relaxed);
        while !stopping.is_stopping() {
            // Asked before reading: what comes in between ends the wait at once.
            let grown = inner.source.grown_soon();
            let which = if inner.asked.swap(false, Ordering::Relaxed) {
                RetryWhich::All
            } else {
                RetryWhich::Due
            };
            let (turn_at, full) = match inner.advance(&mut working, which).await {
                Ok(moved) if moved.anything() => continue,
                Ok(_nothing_new) => (working.next_turn(), working.parked() >= MOST_PARKED),
                Err(fault) => {
                    tracing::warn!(reader = %inner.reader.name, %fault, "events cannot be read");
                    let now = inner.reader.clock.now();
                    (now.saturating_add(PAUSE).ok(), true)
                }
            };
            let cursor = working.progress.as_ref();
            let cursor = cursor.map(|progress| progress.cursor.clone());
            tokio::select! {
                () = stopping.stopped() => {}
                () = inner.wake.notified() => {}
                () = inner.source.grown(grown, cursor.unwrap_or_default(), &inner.reader.name), if !full => {}
                () = inner.sleep_until(turn_at) => {}
            }
        }
        if let Err(fault) = inner.save_place(&mut working).await {
            tracing::warn!(reader = %inner.reader.name, %fault, "the place of a reader could not be saved; some events come again");
        }
    }

    /// Handles everything there is, without waiting for anything new or for a pause to end.
    pub async fn drain(&self) -> Result<Drained, Fault> {
        let mut working = self.0.working.lock().await;
        let mut handled = 0;
        loop {
            let moved = self.0.advance(&mut working, RetryWhich::MayPass).await?;
            handled += moved.handled;
            if !moved.anything() {
                self.0.save_place(&mut working).await?;
                let parked = working.parked();
                return Ok(Drained { handled, parked });
            }
        }
    }

    /// What is parked, and why, as the store has it.
    pub async fn parked(&self) -> Result<Vec<ParkedSubject>, Fault> {
        Ok(self.0.load().await?.parked)
    }

    /// Asks the running subscription to try everything again that is parked.
    pub fn resume(&self) {
        self.0.asked.store(true, Ordering::Relaxed);
        self.0.wake.notify_one();
    }
}

impl Working {
    /// How many subjects are parked.
    fn parked(&self) -> usize {
        let progress = self.progress.as_ref();
        progress.map_or(0, |progress| progress.parked.len())
    }

    /// When there is something to do though nothing new comes.
    fn next_turn(&self) -> Option<Timestamp> {
        let progress = self.progress.as_ref()?;
        let acknowledged = self.acknowledged.as_ref();
        let tell_at = acknowledged.and_then(|last| last.due_at(progress));
        let save_at = self.unsaved.due_at();
        let all = progress.next_retry().into_iter().chain(tell_at);
        all.chain(save_at).min()
    }
}

impl Inner {
    async fn load(&self) -> Result<Progress, Fault> {
        let name = &self.reader.name;
        let stored = self
            .reader
            .store
            .cursor(name)
            .await
            .map_err(|error| Fault::Retry {
                after: None,
                why: error.to_string(),
            })?;
        let Some(stored) = stored else {
            return Ok(Progress::default());
        };
        serde_json::from_str(&stored).map_err(|error| {
            Fault::poison(format!(
                "the place of reader {name} cannot be read: {error}"
            ))
        })
    }

    async fn save(&self, progress: &Progress) -> Result<(), Fault> {
        let position = serde_json::to_string(progress)
            .map_err(|error| Fault::poison(format!("a place cannot be written: {error}")))?;
        let mut batch = Batch::new(Shard(0), self.reader.clock.now());
        batch.cursor = Some(CursorWrite {
            reader: Arc::clone(&self.reader.name),
            position: position.into(),
        });
        let saved = self.reader.store.append(QueueClass::Progress, batch).await;
        saved.map(|_done| ()).map_err(|error| Fault::Retry {
            after: None,
            why: error.to_string(),
        })
    }

    async fn sleep_until(&self, at: Option<Timestamp>) {
        match at {
            Some(at) => self.reader.clock.sleep_until(at).await,
            None => std::future::pending().await,
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("reader", &self.0.reader.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
