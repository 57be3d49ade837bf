//! Whether the wall clock has kept step with the monotonic one.

use crossdock_model::Clock;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// How far wall clock and monotonic clock may part before timers are held back.
const JUMP_MS: i64 = 5 * 60 * 1000;

/// Whether the wall clock has kept step with the monotonic one.
#[derive(Debug)]
pub(crate) struct JumpDetector {
    offset: AtomicI64,
    alarmed: AtomicBool,
}

fn offset(clock: &dyn Clock) -> i64 {
    let steady = i64::try_from(clock.monotonic().as_millis()).unwrap_or(i64::MAX);
    clock.now().as_millisecond().saturating_sub(steady)
}

impl JumpDetector {
    pub(crate) fn new(clock: &dyn Clock) -> Self {
        Self {
            offset: AtomicI64::new(offset(clock)),
            alarmed: AtomicBool::new(false),
        }
    }

    /// False after a jump of more than five minutes, until somebody accepts the new time.
    pub(crate) fn in_step(&self, clock: &dyn Clock) -> bool {
        let jump = offset(clock).saturating_sub(self.offset.load(Ordering::Relaxed));
        let in_step = jump.abs() <= JUMP_MS;
        if !in_step && !self.alarmed.swap(true, Ordering::Relaxed) {
            tracing::error!(
                jump_ms = jump,
                "the wall clock has jumped: deadlines and timers are held back; set it right, or accept the new time"
            );
        }
        in_step
    }

    pub(crate) fn accept(&self, clock: &dyn Clock) {
        self.offset.store(offset(clock), Ordering::Relaxed);
        self.alarmed.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::{Sleep, Timestamp};
    use std::time::Duration;

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
    fn a_jump_of_the_wall_clock_holds_until_somebody_accepts_it() {
        let wall = Wall::default();
        let jumps = JumpDetector::new(&wall);
        wall.0.store(299, Ordering::Relaxed);
        assert!(jumps.in_step(&wall));
        wall.0.store(90 * 86_400, Ordering::Relaxed);
        assert!(!jumps.in_step(&wall));
        jumps.accept(&wall);
        assert!(jumps.in_step(&wall));
        wall.0.store(0, Ordering::Relaxed);
        assert!(!jumps.in_step(&wall), "nor is a jump back");
    }
}
