//! A bounded set of token buckets, one a key, on the injected clock.

use crossdock_model::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::fmt;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How often the keys are counted and the idle ones dropped.
const SWEEP_EVERY: u64 = 1_024;

/// Buckets by key: at most `most` keys; while there are more, new and old keys share one bucket.
///
/// A key whose bucket is full again is forgotten at the next sweep, every 1,024 checks.
pub(crate) struct Limiter<K: Hash + Eq + Clone> {
    buckets:
        RateLimiter<Key<K>, DashMapStateStore<Key<K>>, GovernorClock, StateInformationMiddleware>,
    clock_ticks: GovernorClock,
    most: usize,
    checks: AtomicU64,
    over_capacity: AtomicBool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key<K> {
    Own(K),
    Shared,
}

/// What a bucket says to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may go on; so many more may at once.
    Remaining(u32),
    /// Not before that time has passed.
    Wait(Duration),
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// `burst` requests at once, refilled evenly over `per`; none when `per` is nothing.
    pub(crate) fn new(
        burst: NonZeroU32,
        per: Duration,
        most: usize,
        clock: Arc<dyn Clock>,
    ) -> Option<Self> {
        let quota = Quota::with_period(per / burst.get())?.allow_burst(burst);
        let clock_ticks = GovernorClock(clock);
        let buckets = RateLimiter::dashmap_with_clock(quota, clock_ticks.clone())
            .with_middleware::<StateInformationMiddleware>();
        Some(Self {
            buckets,
            clock_ticks,
            most,
            checks: AtomicU64::new(0),
            over_capacity: AtomicBool::new(false),
        })
    }

    /// Takes one from the key's bucket.
    pub(crate) fn check(&self, key: K) -> Verdict {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep();
        }
        let key = if self.over_capacity.load(Ordering::Relaxed) {
            Key::Shared
        } else {
            Key::Own(key)
        };
        match self.buckets.check_key(&key) {
            Ok(state) => Verdict::Remaining(state.remaining_burst_capacity()),
            Err(not_until) => {
                use governor::clock::Clock as _;
                Verdict::Wait(not_until.wait_time_from(self.clock_ticks.now()))
            }
        }
    }

    fn sweep(&self) {
        if self.buckets.len() > self.most / 2 {
            self.buckets.retain_recent();
            self.buckets.shrink_to_fit();
        }
        let over_capacity = self.buckets.len() > self.most;
        self.over_capacity.store(over_capacity, Ordering::Relaxed);
    }
}

impl<K: Hash + Eq + Clone> fmt::Debug for Limiter<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}

/// The injected clock in the limiter's terms.
#[derive(Debug, Clone)]
struct GovernorClock(Arc<dyn Clock>);

impl governor::clock::Clock for GovernorClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.monotonic().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::Timestamp;
    use crossdock_runtime::ManualClock;

    fn limiter(burst: u32, most: usize) -> (Arc<ManualClock>, Limiter<u64>) {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let burst = NonZeroU32::new(burst).unwrap();
        let limiter = Limiter::new(
            burst,
            Duration::from_secs(10),
            most,
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        (clock, limiter.unwrap())
    }

    #[test]
    fn a_bucket_empties_and_refills_evenly() {
        let (clock, limiter) = limiter(2, 100);
        assert_eq!(limiter.check(1), Verdict::Remaining(1));
        assert_eq!(limiter.check(1), Verdict::Remaining(0));
        assert_eq!(limiter.check(1), Verdict::Wait(Duration::from_secs(5)));
        assert_eq!(limiter.check(2), Verdict::Remaining(1));
        clock.advance(Duration::from_secs(5));
        assert_eq!(limiter.check(1), Verdict::Remaining(0));
    }

    #[test]
    fn a_flood_of_keys_ends_in_one_shared_bucket_and_passes() {
        let (clock, limiter) = limiter(2, 100);
        for key in 0..SWEEP_EVERY {
            limiter.check(key);
        }
        assert_eq!(limiter.check(9_000), Verdict::Remaining(0));
        assert!(matches!(limiter.check(9_001), Verdict::Wait(_)));
        clock.advance(Duration::from_mins(1));
        for _ in 0..SWEEP_EVERY {
            limiter.check(7);
        }
        assert_eq!(limiter.check(9_002), Verdict::Remaining(1));
    }
}
