//! Where a process may die, for tests that kill it there.

/// A moment before or after an effect at which a test may end the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Boundary {
    /// Before the append that says the effect is about to be tried.
    BeforeIntent,
    /// After it, before the attempt.
    AfterIntent,
    /// After the attempt, before its outcome is appended.
    AfterEffect,
    /// After the append of the outcome.
    AfterOutcome,
}

impl Boundary {
    /// The boundary as [`Workflow::crash_points`](crate::Workflow::crash_points) writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeIntent => "before-intent",
            Self::AfterIntent => "after-intent",
            Self::AfterEffect => "after-effect",
            Self::AfterOutcome => "after-outcome",
        }
    }
}

/// Called at every boundary that is reached, where the feature `crash-points` is on.
///
/// `node` is the node's id, with `:undo` for its undo.
pub trait CrashHook: Send + Sync {
    /// The boundary is reached; the hook may end the process.
    fn reached(&self, workflow: &str, node: &str, boundary: Boundary);
}
