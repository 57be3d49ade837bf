//! Row 17 for callers turned away: bounded counts, logged once a second, so that a flood of refusals cannot flood the log.

use crate::deadline::later;
use crate::facts::Facts;
use crate::network::Network;
use axum::response::Response;
use crossdock_model::Clock;
use crossdock_problem::{Code, Problem};
use crossdock_runtime::Stopping;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// At most so many different refusals are counted by themselves within a second.
const MOST: usize = 1_024;
/// At most so many of them are named in the line; the rest is in its total.
const NAMED: usize = 20;

/// Who was turned away, by network, reason and operation.
#[derive(Debug)]
pub struct Refusals {
    clock: Arc<dyn Clock>,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    by_source: BTreeMap<(Network, &'static str, Arc<str>), u64>,
    overflow: u64,
}

impl Refusals {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            counts: Mutex::default(),
        }
    }

    /// Counts a request that authentication, tenant, scope or a limit turned away.
    pub(crate) fn count(&self, facts: &Facts, response: &Response) {
        if !facts.was_refused() {
            return;
        }
        let problem = response.extensions().get::<Problem>();
        let code = problem.and_then(|problem| Code::parse(&problem.code));
        if let Some(reason @ (Code::Unauthenticated | Code::Forbidden | Code::RateLimited)) = code {
            let operation = facts.operation().map_or_else(|| "-".into(), Arc::clone);
            self.count_refusal(facts.network, reason.as_str(), operation);
        }
    }

    fn count_refusal(&self, from: Network, reason: &'static str, operation: Arc<str>) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let full = counts.by_source.len() >= MOST;
        let key = (from, reason, operation);
        match counts.by_source.get_mut(&key) {
            Some(count) => *count += 1,
            None if full => counts.overflow += 1,
            None => {
                counts.by_source.insert(key, 1);
            }
        }
    }

    /// One readable line about everybody turned away since the last call; none when nobody was.
    pub fn take_summary(&self) -> Option<String> {
        let counts =
            std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner));
        let total = counts.by_source.values().sum::<u64>() + counts.overflow;
        if total == 0 {
            return None;
        }
        let mut line = format!("{total} refused");
        for ((from, reason, operation), count) in counts.by_source.iter().take(NAMED) {
            // Writing into a string cannot fail.
            if write!(line, "; {count} x {reason} {operation} from {from}").is_err() {
                break;
            }
        }
        Some(line)
    }

    /// Writes that line once a second at most, until the process stops.
    pub async fn write_behind(self: Arc<Self>, mut stopping: Stopping) {
        while !stopping.is_stopping() {
            let second = later(self.clock.now(), Duration::from_secs(1));
            tokio::select! {
                () = self.clock.sleep_until(second) => {}
                () = stopping.stopped() => {}
            }
            if let Some(line) = self.take_summary() {
                tracing::warn!(target: "audit", "{line}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::Timestamp;
    use crossdock_runtime::ManualClock;
    use http::Extensions;

    #[test]
    fn a_flood_of_refusals_stays_one_bounded_line() {
        let refusals = Refusals::new(Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)));
        let nowhere = Network::of(&Extensions::new());
        for at in 0..5_000 {
            refusals.count_refusal(
                nowhere,
                "unauthenticated",
                format!("operation-{}", at % 2_000).into(),
            );
        }
        let line = refusals.take_summary().unwrap();
        assert!(line.starts_with("5000 refused; "), "{line}");
        assert!(line.len() < 2_000);
        assert_eq!(refusals.take_summary(), None);
    }
}
