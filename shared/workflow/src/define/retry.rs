//! Retry classes: how often, how long apart, how long one attempt may take.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A named way to repeat a step; part of the definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Retry {
    /// Its name in definitions and drawings.
    pub name: &'static str,
    /// The longest first delay; each later one may be twice as long.
    pub first: Duration,
    /// The ceiling of every delay.
    pub cap: Duration,
    /// After so many attempts a person decides.
    pub attempts: u32,
    /// After that an attempt counts as unknown.
    pub timeout: Duration,
}

impl Retry {
    /// For most systems: about twenty minutes until it parks.
    pub const STANDARD: Self = Self {
        name: "standard",
        first: Duration::from_millis(200),
        cap: Duration::from_mins(5),
        attempts: 14,
        timeout: Duration::from_secs(15),
    };
    /// While a customer waits: parks after some seconds.
    pub const PROMPT: Self = Self {
        name: "prompt",
        first: Duration::from_millis(50),
        cap: Duration::from_secs(2),
        attempts: 6,
        timeout: Duration::from_secs(5),
    };
    /// Before the promise, while holds are there: tried on until the state gives up ([`State::give_up_at`]).
    ///
    /// [`State::give_up_at`]: crate::State::give_up_at
    pub const HELD: Self = Self {
        name: "held",
        first: Duration::from_millis(50),
        cap: Duration::from_secs(15),
        attempts: 6,
        timeout: Duration::from_secs(5),
    };
    /// For postings that may take a day of outage.
    pub const PATIENT: Self = Self {
        name: "patient",
        first: Duration::from_secs(1),
        cap: Duration::from_mins(15),
        attempts: 120,
        timeout: Duration::from_mins(1),
    };

    pub(crate) fn stored(&self) -> StoredRetry {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        StoredRetry {
            name: self.name.to_owned(),
            first_ms: millis(self.first),
            cap_ms: millis(self.cap),
            attempts: self.attempts,
            timeout_ms: millis(self.timeout),
        }
    }
}

/// A retry class as stored with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredRetry {
    /// The name of the class, as drawings show it.
    pub name: String,
    /// The longest first delay, in milliseconds.
    pub first_ms: u64,
    /// The ceiling of every delay, in milliseconds.
    pub cap_ms: u64,
    /// After so many attempts it parks.
    pub attempts: u32,
    /// How long an attempt may take, in milliseconds; then its outcome is unknown.
    pub timeout_ms: u64,
}

impl StoredRetry {
    /// The delay before try `tries + 1`: full jitter under a doubling ceiling, and never before `after`.
    pub(crate) fn delay(&self, tries: u32, after: Option<Duration>, random: u64) -> Duration {
        let doubled = self
            .first_ms
            .saturating_mul(1 << tries.saturating_sub(1).min(30));
        let ceiling = doubled.min(self.cap_ms).max(1);
        let jittered = Duration::from_millis(1 + random % ceiling);
        jittered.max(after.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_stay_under_the_cap_and_honour_what_was_asked_for() {
        let retry = Retry::STANDARD.stored();
        assert!(retry.delay(1, None, u64::MAX) <= Duration::from_millis(200));
        assert!(retry.delay(40, None, 299_999) <= Retry::STANDARD.cap);
        let asked = Duration::from_mins(15);
        assert_eq!(retry.delay(1, Some(asked), 7), asked);
    }
}
