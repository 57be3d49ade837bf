//! Where a process may die, for tests that kill it there.

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
