//! Passivation: an instance that nothing moves leaves memory, so that only its row remains.

use crate::core::Phase;
use crate::runtime::driver::Driver;
use crate::runtime::inner::{LiveInstance, LiveInstances};
use crossdock_model::Timestamp;
use std::time::Duration;

/// An instance whose next time is nearer than this stays in memory.
const NEAR: Duration = Duration::from_secs(5);

impl Driver {
    pub(super) fn may_passivate(&self) -> bool {
        if !self.in_flight.is_empty() {
            return false;
        }
        let over = matches!(self.instance.phase, Phase::Ended(_));
        if over || *self.stop.borrow() {
            return true;
        }
        if self.permit_request.is_some() {
            return false;
        }
        let near = self
            .inner
            .clock
            .now()
            .saturating_add(NEAR)
            .unwrap_or(Timestamp::MAX);
        self.next_due().is_none_or(|due| due > near) && self.mailbox.progress.receiver_count() == 0
    }

    /// Leaves memory, unless a command has just come. Its row is all that remains.
    pub(super) fn passivate(&mut self) -> bool {
        let mut live = self.inner.live();
        let over = matches!(self.instance.phase, Phase::Ended(_)) || *self.stop.borrow();
        let watched = !over && self.mailbox.progress.receiver_count() > 0;
        if !self.mailbox.commands.is_empty() || watched {
            return false;
        }
        let entry = self.remove(&mut live);
        drop(live);
        if let Some(due) = self.next_due() {
            self.inner.timers.set(due, self.id);
        }
        drop(entry);
        true
    }

    /// Leaves memory whatever is still in the mailbox.
    pub(super) fn leave(&self) {
        let mut live = self.inner.live();
        let entry = self.remove(&mut live);
        drop(live);
        drop(entry);
    }

    /// The instance's entry, while it is still this driver's; to be dropped only once the lock is free.
    fn remove(&self, live: &mut LiveInstances) -> Option<LiveInstance> {
        let entry = live.by_id.get(&self.id)?;
        if entry.generation != self.mailbox.generation {
            return None;
        }
        live.by_id.remove(&self.id)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.leave();
        self.inner.forget_lock(self.lock_slot);
        self.inner.passivated.notify_waiters();
    }
}
