//! How long a reader's place may wait to be written.

use crossdock_model::Timestamp;
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
    /// Nothing: the store has it all since then.
    pub(super) fn nothing_since(now: Timestamp) -> Self {
        Self {
            last: Some(now),
            ..Self::default()
        }
    }

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

    /// Whether it is to be written now.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        // A clock that was set back must not keep a place waiting.
        let set_back = self.last.is_some_and(|last| last > now);
        self.due_at().is_some_and(|due| due <= now || set_back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_keeps_no_place_waiting() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let mut unsaved = Unsaved::nothing_since(now);
        let hour = Duration::from_hours(1);
        assert!(!unsaved.is_due(now + hour), "nothing is to be written");
        unsaved.note(1);
        assert!(!unsaved.is_due(now));
        assert!(unsaved.is_due(now - hour));
    }
}
