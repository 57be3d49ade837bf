//! What the end of a process does to the attempts that were in flight in it.

use crate::core::isolation::PROCESS_DEATHS;
use crate::core::turn::{ParkReason, Turn};
use crate::core::{Admission, AttemptId, Entry, Phase, Undecided, effects};
use crate::define::ParkClass;

impl Turn<'_> {
    pub(super) fn may_begin(&self, n: usize, undo: bool) -> bool {
        match self.now.admission {
            Admission::Closed => false,
            Admission::Shared => !self.next.node(n).is_suspect(undo),
            Admission::Exclusive(only) => only == (n, undo),
        }
    }

    /// The process has died: whatever was to be in flight was, and is lost.
    pub(super) fn recovered(&mut self) -> Result<(), Undecided> {
        for lost in effects(self.definition, &self.next) {
            let (n, u) = (lost.node, lost.undo);
            let was_isolated = self.next.node(n).isolated;
            self.push(Entry::AttemptLost { n, u })?;
            let goes_on = u || self.next.phase == Phase::Forward;
            if was_isolated && goes_on {
                self.park_suspect(n, u)?;
            }
        }
        Ok(())
    }

    fn park_suspect(&mut self, n: usize, undo: bool) -> Result<(), Undecided> {
        let times = self.next.node(n).consecutive_deaths;
        let why = format!(
            "the process ended {times} times in a row during this attempt, the last time with nothing else under way"
        );
        let class = if undo {
            ParkClass::CompensationStuck
        } else {
            ParkClass::Poison
        };
        let doubt = self.node(n)?.has_effect();
        let code = PROCESS_DEATHS;
        let why = &why;
        self.park(
            n,
            undo,
            ParkReason {
                class,
                code,
                why,
                doubt,
            },
        )
    }

    /// It should be in flight and is not, or not any more, though no process died.
    pub(super) fn defer(&mut self, (n, u): AttemptId, begun: bool) -> Result<(), Undecided> {
        self.push(Entry::Deferred { n, u, begun })
    }
}
