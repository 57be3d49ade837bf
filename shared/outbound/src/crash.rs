//! A hook on every exchange, for the tests that kill the process around it.

use std::sync::OnceLock;

/// Where in a call the hook is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallBoundary {
    /// It is about to leave.
    BeforeSend,
    /// Its answer is here, and nobody has read it.
    AfterAnswer,
}

static HOOK: OnceLock<fn(CallBoundary)> = OnceLock::new();

/// Calls that function at every boundary; the first one that is set stays.
pub fn watch(hook: fn(CallBoundary)) {
    if HOOK.set(hook).is_err() {
        tracing::debug!("calls are watched already");
    }
}

pub(crate) fn reached(boundary: CallBoundary) {
    if let Some(hook) = HOOK.get() {
        hook(boundary);
    }
}
