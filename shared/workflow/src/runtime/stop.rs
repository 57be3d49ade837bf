//! Stopping in order, so that the next start does not take it for a death of the process.

use crate::runtime::command::Command;
use crate::runtime::engine::Engine;
use crate::runtime::inner::Inner;
use crossdock_model::Timestamp;
use std::time::Duration;

/// How long a stop waits until what it cut short stands in the journal.
const DEFER_GRACE: Duration = Duration::from_secs(2);

impl Engine {
    /// Begins nothing new, waits for the attempts in flight, defers what takes longer, then lets go of everything.
    pub async fn shutdown(&self, patience: Duration) {
        self.inner.stop.send_replace(true);
        if self.emptied_within(patience).await {
            return;
        }
        let late = self.inner.defer_all();
        tracing::warn!(
            instances = late,
            "attempts are still in flight at the stop; they are cut short, and the next start takes them up as unknown"
        );
        if self.emptied_within(DEFER_GRACE).await {
            return;
        }
        let held = std::mem::take(&mut self.inner.live().by_id);
        tracing::error!(
            instances = held.len(),
            "the journal does not say that these stopped in order; the next start takes it for a death"
        );
    }

    /// Whether nothing is in memory any more within that time.
    async fn emptied_within(&self, patience: Duration) -> bool {
        let clock = &self.inner.clock;
        let until = clock.now().saturating_add(patience);
        let mut limit = clock.sleep_until(until.unwrap_or(Timestamp::MAX));
        loop {
            let emptied = self.inner.passivated.notified();
            if self.live() == 0 {
                return true;
            }
            tokio::select! {
                () = emptied => {}
                () = &mut limit => return false,
            }
        }
    }
}

impl Inner {
    /// Tells everything in memory to cut its attempts short; answers how many instances that are.
    fn defer_all(&self) -> usize {
        let live = self.live();
        for live in live.by_id.values() {
            // One that has just left has nothing in flight.
            drop(live.mailbox.send(Command::Defer));
        }
        live.by_id.len()
    }
}
