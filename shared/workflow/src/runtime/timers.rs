//! The near times of instances that are not in memory.

use crossdock_model::{InstanceId, Timestamp};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Only times this near are held in memory; the others are rows.
pub(crate) const HORIZON: Duration = Duration::from_mins(10);

/// The near times of passivated instances.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    due: Mutex<BTreeSet<(Timestamp, InstanceId)>>,
    /// Rung when a time is set, which may be earlier than the one waited for.
    pub(crate) earlier: Notify,
}

impl Timers {
    pub(crate) fn set(&self, due: Timestamp, id: InstanceId) {
        let mut held = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert((due, id));
        drop(held);
        self.earlier.notify_one();
    }

    pub(crate) fn first(&self) -> Option<Timestamp> {
        let held = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        held.first().map(|(due, _)| *due)
    }

    pub(crate) fn take(&self, now: Timestamp) -> Vec<InstanceId> {
        let mut held = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let later = held.split_off(&(now, InstanceId(uuid::Uuid::max())));
        std::mem::replace(&mut *held, later)
            .into_iter()
            .map(|(_, id)| id)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_due_is_taken() {
        let timers = Timers::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        let id = |n: u128| InstanceId(uuid::Uuid::from_u128(n));
        for n in 1..=3_u32 {
            timers.set(at(i64::from(n)), id(u128::from(n)));
        }
        assert_eq!(timers.take(at(2)), [id(1), id(2)]);
        assert_eq!(timers.first(), Some(at(3)));
    }
}
