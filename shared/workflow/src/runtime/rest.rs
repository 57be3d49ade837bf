//! Leaving memory: an instance that nothing moves is a row, no more.

use crate::core::Phase;
use crate::runtime::driver::Driver;
use crate::runtime::inner::{Live, Lives};
use crossdock_model::Timestamp;
use std::time::Duration;

/// An instance whose next time is nearer than this stays in memory.
const NEAR: Duration = Duration::from_secs(5);

impl Driver {
    pub(super) fn may_rest(&self) -> bool {
        if !self.aloft.is_empty() {
            return false;
        }
        let over = matches!(self.instance.phase, Phase::Ended(_));
        if over || *self.stop.borrow() {
            return true;
        }
        if self.wish.is_some() {
            return false;
        }
        let near = self
            .inner
            .clock
            .now()
            .saturating_add(NEAR)
            .unwrap_or(Timestamp::MAX);
        self.next_due().is_none_or(|due| due > near) && self.seat.seen.receiver_count() == 0
    }

    /// Leaves memory, unless somebody has just spoken. Its row is all that remains.
    pub(super) fn rest(&mut self) -> bool {
        let mut lives = self.inner.lives();
        let over = matches!(self.instance.phase, Phase::Ended(_)) || *self.stop.borrow();
        let watched = !over && self.seat.seen.receiver_count() > 0;
        if !self.seat.mail.is_empty() || watched {
            return false;
        }
        let seat = self.vacate(&mut lives);
        drop(lives);
        if let Some(due) = self.next_due() {
            self.inner.timers.set(due, self.id);
        }
        drop(seat);
        true
    }

    pub(super) fn leave(&self) {
        let mut lives = self.inner.lives();
        let seat = self.vacate(&mut lives);
        drop(lives);
        drop(seat);
    }

    /// The instance's seat, while it is still this driver's; dropped only once the lock is free.
    fn vacate(&self, lives: &mut Lives) -> Option<Live> {
        let live = lives.by_id.get(&self.id)?;
        if live.generation != self.seat.generation {
            return None;
        }
        lives.by_id.remove(&self.id)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.leave();
        self.inner.forget_lock(self.slot);
        self.inner.emptied.notify_waiters();
    }
}
