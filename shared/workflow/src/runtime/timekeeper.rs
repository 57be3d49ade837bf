//! The task that activates passivated instances when their time has come.

use crate::runtime::inner::Inner;
use crate::runtime::timers::HORIZON;
use crossdock_model::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// How often the rows are looked through.
const SCAN_EVERY: Duration = Duration::from_mins(5);

impl Inner {
    /// Activates passivated instances when their time has come, never before.
    pub(crate) async fn run_timers(self: Arc<Self>) {
        let mut scan = self
            .clock
            .now()
            .saturating_add(SCAN_EVERY)
            .unwrap_or(Timestamp::MAX);
        loop {
            let until = self.timers.first().map_or(scan, |due| due.min(scan));
            tokio::select! {
                () = self.clock.sleep_until(until) => {}
                () = self.timers.earlier.notified() => continue,
            }
            let now = self.clock.now();
            for id in self.timers.take(now) {
                self.wake(id).await;
            }
            if now >= scan {
                self.note_near_times(now).await;
                scan = now.saturating_add(SCAN_EVERY).unwrap_or(Timestamp::MAX);
            }
        }
    }

    async fn note_near_times(&self, now: Timestamp) {
        let horizon = now.saturating_add(HORIZON).unwrap_or(Timestamp::MAX);
        match self.store.runnable(horizon, usize::MAX >> 1).await {
            Ok(rows) => {
                for row in rows {
                    if let Some(due) = row.due.filter(|due| *due <= horizon)
                        && !self.live().by_id.contains_key(&row.id)
                    {
                        self.timers.set(due, row.id);
                    }
                }
            }
            Err(error) => {
                tracing::error!(%error, "the store could not be looked through for timers; trying again");
            }
        }
    }
}
