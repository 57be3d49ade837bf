//! Tasks that somebody answers for: named, stopped together, awaited before the process ends.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

/// A task whose owner awaits it; dropping it aborts it.
#[derive(Debug)]
pub struct Task<T>(JoinHandle<T>);

/// Runs a future on its own, for as long as the answered [`Task`] is kept.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the tracked spawn that everything else uses"
)]
pub fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Task<T> {
    Task(tokio::spawn(work))
}

impl<T> Task<T> {
    /// A handle to abort the work from elsewhere than its owner.
    pub fn abort_handle(&self) -> AbortHandle {
        self.0.abort_handle()
    }

    /// Whether the work has ended, by itself or because it was aborted.
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T> Future for Task<T> {
    /// None when it panicked or was aborted.
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        Pin::new(&mut self.0).poll(cx).map(Result::ok)
    }
}

/// The signal that the process is about to stop.
#[derive(Debug, Clone)]
pub struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Ends when the process begins to stop.
    pub async fn stopped(&mut self) {
        // The sender lives as long as the process; if it is gone, so is the process.
        if self.0.wait_for(|stopping| *stopping).await.is_err() {
            tracing::debug!("the task set is gone; stopping");
        }
    }

    /// Whether the process has begun to stop.
    pub fn is_stopping(&self) -> bool {
        *self.0.borrow()
    }
}

/// The set of a process's background tasks.
#[derive(Debug, Clone)]
pub struct Tasks {
    set: Arc<Mutex<JoinSet<&'static str>>>,
    stop: watch::Sender<bool>,
    failed: watch::Sender<Option<&'static str>>,
}

impl Tasks {
    /// A set without tasks, of a process that is not stopping.
    pub fn new() -> Self {
        Self {
            set: Arc::new(Mutex::new(JoinSet::new())),
            stop: watch::Sender::new(false),
            failed: watch::Sender::new(None),
        }
    }

    /// The signal by which a task of the set learns that it is to end.
    pub fn stopping(&self) -> Stopping {
        Stopping(self.stop.subscribe())
    }

    /// Runs a task that is expected to live until the stop; if it panics, [`Tasks::failed`] ends.
    pub fn run(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let failed = self.failed.clone();
        let guarded = async move {
            let mut reporter = PanicReporter {
                name,
                failed,
                armed: true,
            };
            work.await;
            reporter.armed = false;
            name
        };
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        set.spawn(guarded);
    }

    /// Ends with the name of the first task that panicked.
    pub async fn failed(&self) -> &'static str {
        let mut failed = self.failed.subscribe();
        match failed.wait_for(Option::is_some).await {
            Ok(name) => name.unwrap_or("unknown"),
            Err(_gone) => std::future::pending().await,
        }
    }

    /// Tells every task to stop, waits for them, aborts those that take longer than `patience`.
    pub async fn stop(&self, patience: Duration) {
        self.stop.send_replace(true);
        let mut set = {
            let mut held = self.set.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *held)
        };
        let drain = async { while set.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, drain).await.is_err() {
            tracing::warn!("some tasks did not stop in time and were aborted");
            set.abort_all();
        }
    }
}

impl Default for Tasks {
    fn default() -> Self {
        Self::new()
    }
}

/// Names the task to [`Tasks::failed`] when it is dropped by a panic.
struct PanicReporter {
    name: &'static str,
    failed: watch::Sender<Option<&'static str>>,
    armed: bool,
}

impl Drop for PanicReporter {
    fn drop(&mut self) {
        if self.armed && std::thread::panicking() {
            self.failed.send_replace(Some(self.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_named() {
        let tasks = Tasks::new();
        tasks.run("projector", async { panic!("no ledger") });
        assert_eq!(tasks.failed().await, "projector");
    }

    #[tokio::test]
    async fn stopping_waits_for_every_task() {
        let tasks = Tasks::new();
        let mut stopping = tasks.stopping();
        let (done, was_done) = tokio::sync::oneshot::channel();
        tasks.run("feed", async move {
            stopping.stopped().await;
            assert!(done.send(()).is_ok());
        });
        tasks.stop(Duration::from_secs(5)).await;
        assert!(was_done.await.is_ok());
    }
}
