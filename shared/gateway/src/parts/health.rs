//! Readiness of the process, as `/readyz` answers it.

use std::sync::atomic::{AtomicBool, Ordering};

/// Ready once everything runs, and no more once it stops.
#[derive(Debug, Default)]
pub(crate) struct Health {
    ready: AtomicBool,
}

impl Health {
    pub(crate) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    pub(crate) fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Release);
    }
}
