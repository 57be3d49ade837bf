//! Copying the log into the file, beside the writer: the tail of the latency comes from checkpoints in the writer's path.

use super::connection::{self, DatabaseFile};
use super::meter::Meter;
use crate::StoreError;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

#[derive(Debug, Default)]
struct Signal {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    grown: bool,
    stop: bool,
}

impl Signal {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the log has grown, then a little; `false` when it is time to stop.
    fn wait(&self, every: Duration) -> bool {
        let mut state = self
            .changed
            .wait_while(self.state(), |state| !state.grown && !state.stop)
            .unwrap_or_else(PoisonError::into_inner);
        state.grown = false;
        let (state, _timeout) = self
            .changed
            .wait_timeout_while(state, every, |state| !state.stop)
            .unwrap_or_else(PoisonError::into_inner);
        !state.stop
    }
}

/// The thread that copies while the log grows; dropping it stops it.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    signal: Arc<Signal>,
    handle: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(
        file: Arc<DatabaseFile>,
        meter: Arc<Meter>,
        every: Duration,
    ) -> Result<Self, StoreError> {
        let signal = Arc::new(Signal::default());
        let awaited = Arc::clone(&signal);
        let handle = thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || {
                let mut conn = None;
                while awaited.wait(every) {
                    if let Some(head) = &file.head {
                        head.sync();
                    }
                    conn = conn.or_else(|| connection::for_checkpoints(&file).ok());
                    // Without a connection this round is left out; the writer helps at its own mark.
                    if let Some(open) = &conn
                        && !passive(open, &meter)
                    {
                        conn = None;
                    }
                }
            })
            .map_err(|error| {
                StoreError::Broken(format!("no thread for checkpoints: {error}").into())
            })?;
        Ok(Self {
            signal,
            handle: Some(handle),
        })
    }

    /// The log is longer than it was.
    pub(crate) fn grown(&self) {
        let mut state = self.signal.state();
        let news = !std::mem::replace(&mut state.grown, true);
        drop(state);
        if news {
            self.signal.changed.notify_one();
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.signal.state().stop = true;
        self.signal.changed.notify_all();
        if let Some(handle) = self.handle.take()
            && handle.join().is_err()
        {
            tracing::error!("the store's checkpointer had panicked");
        }
    }
}

/// Copies what no reader holds back, waiting for nobody; `false` when the connection is of no more use.
pub(crate) fn passive(conn: &Connection, meter: &Meter) -> bool {
    match conn.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE) {
        Ok(_) => {
            Meter::count(&meter.checkpoints);
            true
        }
        // The other thread is at it.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => true,
        Err(error) => {
            tracing::error!(%error, "the store's log could not be copied into its file");
            false
        }
    }
}

/// One checkpoint at once, for an operator.
pub(crate) fn now(file: &DatabaseFile, meter: &Meter) -> Result<(), StoreError> {
    let conn = connection::for_checkpoints(file)?;
    conn.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE)?;
    Meter::count(&meter.checkpoints);
    Ok(())
}

/// The last one, when nobody writes any more: the log is emptied.
pub(crate) fn last(file: &DatabaseFile) -> Result<(), StoreError> {
    let conn = connection::for_checkpoints(file)?;
    conn.busy_timeout(Duration::from_secs(1))?;
    match conn.wal_checkpoint_v2(None::<&str>, CheckpointMode::TRUNCATE) {
        Ok(_) => Ok(()),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            tracing::warn!(
                "a reader kept the store's log from being emptied; the next start does it"
            );
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
