//! When a reader's place is written to its store: at once where nothing was written for a second, else with what comes until then.
//!
//! Each event under load would cost a batch of its own, which says only what the next one says again. What was handled and
//! is not in the place yet comes again after a crash, as it does after a crash between handling and writing.

use super::progress::Progress;
use super::{Inner, Working};
use crossdock_model::{Fault, Timestamp};
use std::time::Duration;

/// No place waits longer to be written.
const EVERY: Duration = Duration::from_secs(1);
/// No more events come again after a crash, but for those of a page.
const MOST: usize = 500;

/// What the store does not have of a reader's place, and when it was written last.
#[derive(Debug, Default)]
pub(super) struct Unsaved {
    last: Option<Timestamp>,
    moved: bool,
    events: usize,
}

impl Unsaved {
    /// Notes that the place has moved past so many events.
    pub(super) fn note(&mut self, events: usize) {
        self.moved = true;
        self.events += events;
    }

    /// When the place is to be written; none while the store has it.
    pub(super) fn due_at(&self) -> Option<Timestamp> {
        if !self.moved {
            return None;
        }
        let last = self.last.filter(|_| self.events < MOST);
        let due = last.map(|last| last.saturating_add(EVERY).unwrap_or(last));
        Some(due.unwrap_or(Timestamp::MIN))
    }

    fn is_due(&self, now: Timestamp) -> bool {
        // A clock that was set back must not keep a place waiting.
        let set_back = self.last.is_some_and(|last| last > now);
        self.due_at().is_some_and(|due| due <= now || set_back)
    }
}

impl Inner {
    /// Writes the place that is not written yet, before nobody reads on.
    pub(super) async fn save_place(&self, working: &mut Working) -> Result<(), Fault> {
        match &working.progress {
            Some(progress) => self.save_now(progress, &mut working.unsaved).await,
            None => Ok(()),
        }
    }

    /// Writes the place where it is time.
    pub(super) async fn save_if_due(
        &self,
        progress: &Progress,
        unsaved: &mut Unsaved,
    ) -> Result<(), Fault> {
        if unsaved.is_due(self.reader.clock.now()) {
            self.save_now(progress, unsaved).await?;
        }
        Ok(())
    }

    /// Writes the place where the store does not have it.
    pub(super) async fn save_now(
        &self,
        progress: &Progress,
        unsaved: &mut Unsaved,
    ) -> Result<(), Fault> {
        if !unsaved.moved {
            return Ok(());
        }
        self.save(progress).await?;
        *unsaved = Unsaved {
            last: Some(self.reader.clock.now()),
            ..Unsaved::default()
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_keeps_no_place_waiting() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let mut unsaved = Unsaved {
            last: Some(now),
            ..Unsaved::default()
        };
        let hour = Duration::from_hours(1);
        assert!(!unsaved.is_due(now + hour), "nothing is to be written");
        unsaved.note(1);
        assert!(!unsaved.is_due(now));
        assert!(unsaved.is_due(now - hour));
    }
}
