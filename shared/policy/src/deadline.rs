//! Row 15: how long the caller waits; it bounds the wait, never the work, and only shrinks downward.

use crate::body::later;
use crate::gate::{Gate, Inbound, Stop, Via};
use crossdock_model::{Clock, Context, Timestamp};
use crossdock_outbound::DEADLINE;
use crossdock_problem::{Code, Problem};
use http::HeaderName;
use std::sync::Arc;
use std::time::Duration;

const PREFER: HeaderName = HeaderName::from_static("prefer");
/// At most so much of the wait is kept back, so that an answer in time also arrives in time.
const WAY_BACK: Duration = Duration::from_millis(250);

/// Sets the deadline of calls from the wire.
#[derive(Debug)]
pub(crate) struct Deadline {
    /// How long an answer may take at most.
    pub(crate) most: Duration,
    /// What time it is.
    pub(crate) clock: Arc<dyn Clock>,
}

impl Gate for Deadline {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        let now = self.clock.now();
        if inbound.via == Via::Process {
            // The tier above in this process keeps the time; a call that is late already goes no further.
            let context = inbound.parts.extensions.get::<Context>();
            let late = context
                .and_then(|context| context.deadline)
                .is_some_and(|at| at <= now);
            return if late { Err(exceeded().into()) } else { Ok(()) };
        }
        let asked = inbound
            .header(&DEADLINE)
            .and_then(|ms| ms.trim().parse().ok());
        let wait = asked.map_or(self.most, |ms| self.most.min(Duration::from_millis(ms)));
        if wait.is_zero() {
            return Err(exceeded().into());
        }
        let inner = wait.saturating_sub(WAY_BACK.min(wait / 10));
        let preferred = inbound.header(&PREFER).and_then(prefers_wait);
        let inner = preferred.map_or(inner, |preferred| preferred.min(inner));
        inbound.expires = Some(later(now, wait));
        if let Some(context) = inbound.parts.extensions.get_mut::<Context>() {
            context.deadline = Some(later(now, inner));
        }
        Ok(())
    }
}

/// `wait=n` of RFC 7240, in seconds.
fn prefers_wait(preferences: &str) -> Option<Duration> {
    let seconds = preferences
        .split([',', ';'])
        .find_map(|part| part.trim().strip_prefix("wait="))?;
    seconds
        .trim_matches('"')
        .parse()
        .ok()
        .map(Duration::from_secs)
}

/// The refusal of a call whose caller no longer waits.
pub(crate) fn exceeded() -> Problem {
    let detail = "no answer in time; the work may go on: ask again with the same Idempotency-Key";
    Problem::new(Code::DeadlineExceeded, detail)
}

/// Ends when the answer would come too late; never, where no deadline is set.
pub(crate) async fn too_late(expires: Option<Timestamp>, clock: &dyn Clock) {
    match expires {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::testing::{inbound, refused};
    use crossdock_model::{Caller, Correlation, Tenant};
    use crossdock_runtime::ManualClock;
    use http::Request;

    fn deadlines(header: (&str, &str)) -> Result<(Duration, Duration), Stop> {
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        let gate = Deadline {
            most: Duration::from_secs(30),
            clock: Arc::new(ManualClock::at(start)),
        };
        let mut inbound = inbound(
            Request::builder()
                .header(header.0, header.1)
                .body("")
                .unwrap(),
        );
        let caller = Caller::workflow(Tenant::from("acme"));
        inbound
            .parts
            .extensions
            .insert(Context::new(caller, Correlation("c".into())));
        gate.pass(&mut inbound)?;
        let context = inbound.parts.extensions.get::<Context>().unwrap();
        let since =
            |at: Option<Timestamp>| Duration::try_from(at.unwrap().duration_since(start)).unwrap();
        Ok((since(context.deadline), since(inbound.expires)))
    }

    #[test]
    fn the_inner_deadline_leaves_time_for_the_way_back() {
        let (inner, outer) = deadlines(("x-none", "")).unwrap();
        assert_eq!(
            (inner, outer),
            (Duration::from_millis(29_750), Duration::from_secs(30))
        );
        let (inner, outer) = deadlines(("crossdock-deadline", "1000")).unwrap();
        assert_eq!(
            (inner, outer),
            (Duration::from_millis(900), Duration::from_secs(1))
        );
    }

    #[test]
    fn a_preferred_wait_shortens_the_wait_and_not_the_time_for_the_answer() {
        let (inner, outer) = deadlines(("prefer", "respond-async, wait=0")).unwrap();
        assert_eq!((inner, outer), (Duration::ZERO, Duration::from_secs(30)));
    }

    #[test]
    fn no_caller_extends_the_deadline_and_a_late_one_is_told_so() {
        let (_, outer) = deadlines(("crossdock-deadline", "999999999")).unwrap();
        assert_eq!(outer, Duration::from_secs(30));
        let late = deadlines(("crossdock-deadline", "0")).map(|_| ());
        assert_eq!(refused(late).code, "deadline_exceeded");
    }
}
