//! Told of every call that leaves and every answer that comes, for the tests that kill the process there.

use std::sync::OnceLock;

/// A moment of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It is about to leave.
    BeforeSend,
    /// Its answer is here, and nobody has read it.
    AfterAnswer,
}

static WATCH: OnceLock<fn(Moment)> = OnceLock::new();

/// Tells that function of every moment; the first one named stays.
pub fn watch(told: fn(Moment)) {
    if WATCH.set(told).is_err() {
        tracing::debug!("calls are watched already");
    }
}

pub(crate) fn reached(moment: Moment) {
    if let Some(told) = WATCH.get() {
        told(moment);
    }
}
