//! One posting of a reference at a time: two attempts of it never look and post side by side.

use crossdock_model::{ConnectorName, Tenant};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use sys_erp_contract::DocumentKind;
use tokio::sync::OwnedMutexGuard;

/// What must not be posted twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) connector: ConnectorName,
    pub(crate) tenant: Tenant,
    pub(crate) kind: DocumentKind,
    pub(crate) reference: String,
}

/// More locks than that are swept of those that nobody holds or awaits.
const SWEEP_ABOVE: usize = 1_024;

/// The references that are being posted by this process.
///
/// It guards the gap between looking up and posting; across processes the workflow engine runs one
/// attempt of a step at a time.
#[derive(Debug, Default)]
pub(crate) struct InFlight(Mutex<HashMap<Key, Arc<tokio::sync::Mutex<()>>>>);

impl InFlight {
    /// Waits until nobody else posts that reference; it is ours until the answer is dropped.
    pub(crate) async fn lock(&self, key: Key) -> OwnedMutexGuard<()> {
        self.lock_of(key).lock_owned().await
    }

    fn lock_of(&self, key: Key) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if locks.len() >= SWEEP_ABOVE {
            locks.retain(|_key, lock| Arc::strong_count(lock) > 1);
        }
        Arc::clone(locks.entry(key).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    fn key(reference: &str) -> Key {
        Key {
            connector: "erp".into(),
            tenant: "acme".into(),
            kind: DocumentKind::Invoice,
            reference: reference.to_owned(),
        }
    }

    #[test]
    fn a_reference_is_held_by_one_and_others_are_free() {
        let in_flight = InFlight::default();
        let first = in_flight.lock(key("ship-1")).now_or_never();
        assert!(first.is_some());
        assert!(in_flight.lock(key("ship-1")).now_or_never().is_none());
        assert!(in_flight.lock(key("ship-2")).now_or_never().is_some());
        drop(first);
        assert!(in_flight.lock(key("ship-1")).now_or_never().is_some());
    }

    #[test]
    fn locks_that_nobody_holds_are_swept() {
        let in_flight = InFlight::default();
        let held = in_flight.lock(key("held")).now_or_never();
        for number in 0..3 * SWEEP_ABOVE {
            drop(in_flight.lock(key(&number.to_string())).now_or_never());
        }
        assert!(in_flight.0.lock().unwrap().len() <= SWEEP_ABOVE);
        assert!(in_flight.lock(key("held")).now_or_never().is_none());
        drop(held);
    }
}
