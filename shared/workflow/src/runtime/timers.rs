//! Times of instances that are not in memory, and whether the wall clock is believed.

use crate::runtime::inner::Inner;
use crossdock_model::{Clock, InstanceId, Timestamp};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Only times this near are held in memory; the others are rows.
pub(crate) const HORIZON: Duration = Duration::from_mins(10);
/// How often the rows are looked through.
const SURVEY: Duration = Duration::from_mins(5);
/// How far wall clock and monotonic clock may part before timers are held back.
const JUMP_MS: i64 = 5 * 60 * 1000;

/// The near times of resting instances.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    due: Mutex<BTreeSet<(Timestamp, InstanceId)>>,
    earlier: Notify,
}

impl Timers {
    pub(crate) fn set(&self, due: Timestamp, id: InstanceId) {
        let mut held = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert((due, id));
        drop(held);
        self.earlier.notify_one();
    }

    fn first(&self) -> Option<Timestamp> {
        let held = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        held.first().map(|(due, _)| *due)
    }

    fn take(&self, now: Timestamp) -> Vec<InstanceId> {
        let mut held = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let later = held.split_off(&(now, InstanceId(uuid::Uuid::max())));
        std::mem::replace(&mut *held, later)
            .into_iter()
            .map(|(_, id)| id)
            .collect()
    }
}

/// Whether the wall clock has kept step with the monotonic one.
#[derive(Debug)]
pub(crate) struct Trust {
    offset: AtomicI64,
    alarmed: AtomicBool,
}

fn offset(clock: &dyn Clock) -> i64 {
    let steady = i64::try_from(clock.monotonic().as_millis()).unwrap_or(i64::MAX);
    clock.now().as_millisecond().saturating_sub(steady)
}

impl Trust {
    pub(crate) fn new(clock: &dyn Clock) -> Self {
        Self {
            offset: AtomicI64::new(offset(clock)),
            alarmed: AtomicBool::new(false),
        }
    }

    /// False after a jump of more than five minutes, until somebody accepts the new time.
    pub(crate) fn believes(&self, clock: &dyn Clock) -> bool {
        let jump = offset(clock).saturating_sub(self.offset.load(Ordering::Relaxed));
        let believed = jump.abs() <= JUMP_MS;
        if !believed && !self.alarmed.swap(true, Ordering::Relaxed) {
            tracing::error!(
                jump_ms = jump,
                "the wall clock has jumped: deadlines and timers are held back; set it right, or accept the new time"
            );
        }
        believed
    }

    pub(crate) fn accept(&self, clock: &dyn Clock) {
        self.offset.store(offset(clock), Ordering::Relaxed);
        self.alarmed.store(false, Ordering::Relaxed);
    }
}

impl Inner {
    /// Wakes resting instances when their time has come, never before.
    pub(crate) async fn keep_time(self: Arc<Self>) {
        let mut survey = self
            .clock
            .now()
            .saturating_add(SURVEY)
            .unwrap_or(Timestamp::MAX);
        loop {
            let until = self.timers.first().map_or(survey, |due| due.min(survey));
            tokio::select! {
                () = self.clock.sleep_until(until) => {}
                () = self.timers.earlier.notified() => continue,
            }
            let now = self.clock.now();
            for id in self.timers.take(now) {
                self.wake(id).await;
            }
            if now >= survey {
                self.note_near_times(now);
                survey = now.saturating_add(SURVEY).unwrap_or(Timestamp::MAX);
            }
        }
    }

    fn note_near_times(&self, now: Timestamp) {
        let horizon = now.saturating_add(HORIZON).unwrap_or(Timestamp::MAX);
        match self.store.runnable(horizon, usize::MAX >> 1) {
            Ok(rows) => {
                for row in rows {
                    if let Some(due) = row.due.filter(|due| *due <= horizon)
                        && !self.lives().by_id.contains_key(&row.id)
                    {
                        self.timers.set(due, row.id);
                    }
                }
            }
            Err(error) => {
                tracing::error!(%error, "the store could not be looked through for timers; trying again");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::Sleep;

    /// A clock whose wall time can jump while the monotonic one stands.
    #[derive(Debug, Default)]
    struct Wall(AtomicI64);

    impl Clock for Wall {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(1_700_000_000 + self.0.load(Ordering::Relaxed)).unwrap()
        }
        fn monotonic(&self) -> Duration {
            Duration::ZERO
        }
        fn sleep_until(&self, _at: Timestamp) -> Sleep {
            Box::pin(std::future::pending())
        }
    }

    #[test]
    fn a_jump_of_the_wall_clock_is_not_believed_until_somebody_accepts_it() {
        let wall = Wall::default();
        let trust = Trust::new(&wall);
        wall.0.store(299, Ordering::Relaxed);
        assert!(trust.believes(&wall));
        wall.0.store(90 * 86_400, Ordering::Relaxed);
        assert!(!trust.believes(&wall));
        trust.accept(&wall);
        assert!(trust.believes(&wall));
        wall.0.store(0, Ordering::Relaxed);
        assert!(!trust.believes(&wall), "nor is a jump back");
    }

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
