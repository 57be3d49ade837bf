//! Where a process may die, for tests that kill it there.

use crate::core::Entry;
use crate::define::Kind;
use crate::runtime::driver::Driver;

/// A place around an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Boundary {
    /// Before the append that says the effect is about to be tried.
    BeforeIntent,
    /// After it, before the attempt.
    AfterIntent,
    /// After the attempt, before its outcome is appended.
    AfterEffect,
    /// After that.
    AfterOutcome,
}

impl Boundary {
    /// As in [`Workflow::crash_points`](crate::Workflow::crash_points).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeIntent => "before-intent",
            Self::AfterIntent => "after-intent",
            Self::AfterEffect => "after-effect",
            Self::AfterOutcome => "after-outcome",
        }
    }
}

/// Told of every boundary that is reached, where the feature `crash-points` is on.
///
/// `node` is the node's id, with `:undo` for its undo.
pub trait Probe: Send + Sync {
    /// The boundary is reached; the probe may end the process.
    fn reached(&self, workflow: &str, node: &str, boundary: Boundary);
}

impl Driver {
    /// Tells the probe of the boundaries that this append stands between.
    pub(super) fn probe_entries(&self, entries: &[Entry], after: bool) {
        if cfg!(not(feature = "crash-points")) || self.inner.probe.is_none() {
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
                Entry::Armed { n, .. } if !after => self.inner.reached(&self.plan, *n, false, at),
                Entry::Done { n, .. } if after || self.is_pivot(*n) => {
                    self.inner.reached(&self.plan, *n, false, at);
                }
                Entry::Taken { n, .. } | Entry::Fired { n } | Entry::Refused { n, .. } if after => {
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
                | Entry::Lost { .. }
                | Entry::PutOff { .. }
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
