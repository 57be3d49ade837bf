//! The boundaries that an append stands between, as the crash hook sees them.

use crate::core::Entry;
use crate::define::{Kind, ParkClass};
use crate::runtime::crash::Boundary;
use crate::runtime::driver::Driver;

impl Driver {
    /// Calls the crash hook at the boundaries that this append stands between.
    pub(super) fn reached_boundaries(&self, entries: &[Entry], after: bool) {
        if cfg!(not(feature = "crash-points")) || self.inner.crash_hook.is_none() {
            return;
        }
        for entry in entries {
            let at = if after {
                Boundary::AfterOutcome
            } else {
                Boundary::BeforeIntent
            };
            match entry {
                Entry::Attempt { n, u, .. } if !after => self.inner.reached(&self.plan, *n, *u, at),
                Entry::Undone { n, .. } if after => self.inner.reached(&self.plan, *n, true, at),
                // A wait for a person is armed by being put on the desk.
                Entry::Parked {
                    n,
                    class: ParkClass::Decision,
                    ..
                } if !after => self.inner.reached(&self.plan, *n, false, at),
                Entry::Armed { n, .. } if !after => self.inner.reached(&self.plan, *n, false, at),
                Entry::Done { n, .. } if after || self.is_pivot(*n) => {
                    self.inner.reached(&self.plan, *n, false, at);
                }
                Entry::Taken { n, .. }
                | Entry::ByHand { n, .. }
                | Entry::Fired { n }
                | Entry::Refused { n, .. }
                    if after =>
                {
                    self.inner.reached(&self.plan, *n, false, at);
                }
                Entry::Started { .. }
                | Entry::Attempt { .. }
                | Entry::Done { .. }
                | Entry::ByHand { .. }
                | Entry::Skipped { .. }
                | Entry::Refused { .. }
                | Entry::Retry { .. }
                | Entry::IntentRaised { .. }
                | Entry::AttemptLost { .. }
                | Entry::Deferred { .. }
                | Entry::Parked { .. }
                | Entry::Resumed { .. }
                | Entry::Signal { .. }
                | Entry::Taken { .. }
                | Entry::Armed { .. }
                | Entry::Fired { .. }
                | Entry::Backward { .. }
                | Entry::Undone { .. }
                | Entry::Ended { .. } => {}
            }
        }
    }

    fn is_pivot(&self, n: usize) -> bool {
        self.plan
            .definition
            .node(n)
            .is_some_and(|node| node.kind == Kind::Pivot)
    }
}
