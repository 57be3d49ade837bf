//! Stopping in order, so that the next start takes it for nobody's death.

use crate::runtime::Engine;
use crate::runtime::driver::Command;
use crate::runtime::inner::Inner;
use crossdock_model::Timestamp;
use std::time::Duration;

/// How long a stop waits until what it cut short stands in the journal.
const LAST_WORDS: Duration = Duration::from_secs(2);

impl Engine {
    /// Begins nothing new, waits for the attempts under way, puts off what takes longer, then lets go of everything.
    pub async fn shutdown(&self, patience: Duration) {
        self.inner.stop.send_replace(true);
        if self.emptied_within(patience).await {
            return;
        }
        let late = self.inner.put_all_off();
        tracing::warn!(
            instances = late,
            "attempts are still under way at the stop; they are cut short, and the next start takes them up as unknown"
        );
        if self.emptied_within(LAST_WORDS).await {
            return;
        }
        let held = std::mem::take(&mut self.inner.lives().by_id);
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
            let emptied = self.inner.emptied.notified();
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
    fn put_all_off(&self) -> usize {
        let lives = self.lives();
        for live in lives.by_id.values() {
            // One that has just left has nothing under way.
            drop(live.mail.send(Command::PutOff));
        }
        lives.by_id.len()
    }
}
