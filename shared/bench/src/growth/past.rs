//! A clock that stands some days back, so that what is filled in is old when it is asked for.

use crossdock_model::{Clock, Sleep, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// What is filled in is all of one.
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// The other clock, that much earlier.
#[derive(Debug)]
pub(crate) struct Past {
    of: Arc<dyn Clock>,
    by: Duration,
}

impl Past {
    /// That clock, set back.
    pub(crate) fn of(clock: &Arc<dyn Clock>, by: Duration) -> Arc<dyn Clock> {
        Arc::new(Self {
            of: Arc::clone(clock),
            by,
        })
    }
}

impl Clock for Past {
    fn now(&self) -> Timestamp {
        let now = self.of.now();
        now.saturating_sub(self.by).unwrap_or(now)
    }

    fn monotonic(&self) -> Duration {
        self.of.monotonic()
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        self.of
            .sleep_until(at.saturating_add(self.by).unwrap_or(at))
    }
}
