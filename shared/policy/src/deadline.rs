//! Row 15: how long the caller waits; it bounds the wait, never the work, and only shrinks downward.

use crate::facts::{Facts, Transport};
use crate::policy::{PolicyFuture, header};
use crate::settings::Profile;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use crossdock_model::{Clock, Context, Sleep, Timestamp};
use crossdock_outbound::DEADLINE;
use crossdock_problem::{Code, Problem};
use futures_util::future::{Either, ready};
use http::HeaderName;
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;
use tower::{Layer, Service};

const PREFER: HeaderName = HeaderName::from_static("prefer");
/// At most so much of the wait is kept back, so that an answer in time also arrives in time.
const WAY_BACK: Duration = Duration::from_millis(250);

/// Sets the deadline of calls that come over a socket, and answers when it has passed.
#[derive(Debug, Clone)]
pub(crate) struct DeadlineLayer(Arc<Limit>);

#[derive(Debug)]
struct Limit {
    most: Duration,
    clock: Arc<dyn Clock>,
}

impl DeadlineLayer {
    /// An answer may take as long as the profile says, or less where the caller asks for less.
    pub(crate) fn new(profile: &Profile, clock: &Arc<dyn Clock>) -> Self {
        Self(Arc::new(Limit {
            most: profile.deadline,
            clock: Arc::clone(clock),
        }))
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = DeadlineService<S>;

    fn layer(&self, inner: S) -> DeadlineService<S> {
        DeadlineService {
            inner,
            limit: Arc::clone(&self.0),
        }
    }
}

/// A service that is waited for only so long.
#[derive(Debug, Clone)]
pub(crate) struct DeadlineService<S> {
    inner: S,
    limit: Arc<Limit>,
}

impl<S> Service<Request> for DeadlineService<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = PolicyFuture<DeadlineFuture<S::Future>>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        match self.limit.expiry(&mut request) {
            Ok(expires) => Either::Right(DeadlineFuture {
                inner: self.inner.call(request),
                expires: expires.map(|at| (at, Arc::clone(&self.limit))),
                sleep: None,
            }),
            Err(answer) => Either::Left(ready(Ok(answer))),
        }
    }
}

pin_project! {
    /// The service behind, as long as it is waited for.
    pub(crate) struct DeadlineFuture<F> {
        #[pin]
        inner: F,
        expires: Option<(Timestamp, Arc<Limit>)>,
        // Made when there is something to wait for: most answers come at once.
        sleep: Option<Sleep>,
    }
}

impl<F> Future for DeadlineFuture<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(answered) = this.inner.poll(cx) {
            return Poll::Ready(answered);
        }
        let Some((at, limit)) = this.expires else {
            return Poll::Pending;
        };
        let sleep = this
            .sleep
            .get_or_insert_with(|| limit.clock.sleep_until(*at));
        std::task::ready!(sleep.as_mut().poll(cx));
        Poll::Ready(Ok(exceeded()))
    }
}

impl Limit {
    /// When the answer would come too late; the context's own deadline leaves time for the way back.
    fn expiry(&self, request: &mut Request) -> Result<Option<Timestamp>, Response> {
        let now = self.clock.now();
        if Facts::of(request)?.transport == Transport::InProcess {
            // The tier above in this process keeps the time; a call that is late already goes no further.
            let context = request.extensions().get::<Context>();
            let deadline = context.and_then(|context| context.deadline);
            let late = deadline.is_some_and(|at| at <= now);
            return if late { Err(exceeded()) } else { Ok(None) };
        }
        let asked = header(request, &DEADLINE).and_then(|ms| ms.trim().parse().ok());
        let wait = asked.map_or(self.most, |ms| self.most.min(Duration::from_millis(ms)));
        if wait.is_zero() {
            return Err(exceeded());
        }
        let inner = wait.saturating_sub(WAY_BACK.min(wait / 10));
        let preferred = header(request, &PREFER).and_then(prefers_wait);
        let inner = preferred.map_or(inner, |preferred| preferred.min(inner));
        if let Some(context) = request.extensions_mut().get_mut::<Context>() {
            context.deadline = Some(later(now, inner));
        }
        Ok(Some(later(now, wait)))
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

/// The answer to a call whose caller no longer waits.
fn exceeded() -> Response {
    let detail = "no answer in time; the work may go on: ask again with the same Idempotency-Key";
    Problem::new(Code::DeadlineExceeded, detail).into_response()
}

/// That much later; never beyond the end of time.
pub(crate) fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::{problem, received};
    use crossdock_model::{Caller, Correlation, Tenant};
    use crossdock_runtime::ManualClock;

    fn deadlines(name: &str, value: &str) -> Result<(Duration, Duration), Response> {
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        let limit = Limit {
            most: Duration::from_secs(30),
            clock: Arc::new(ManualClock::at(start)),
        };
        let mut request = received(Request::builder().header(name, value));
        let caller = Caller::workflow(Tenant::from("acme"));
        let context = Context::new(caller, Correlation("c".into()));
        request.extensions_mut().insert(context);
        let expires = limit.expiry(&mut request)?;
        let context = request.extensions().get::<Context>().unwrap();
        let since =
            |at: Option<Timestamp>| Duration::try_from(at.unwrap().duration_since(start)).unwrap();
        Ok((since(context.deadline), since(expires)))
    }

    #[test]
    fn the_inner_deadline_leaves_time_for_the_way_back() {
        let (inner, outer) = deadlines("x-none", "").unwrap();
        assert_eq!(
            (inner, outer),
            (Duration::from_millis(29_750), Duration::from_secs(30))
        );
        let (inner, outer) = deadlines("crossdock-deadline", "1000").unwrap();
        assert_eq!(
            (inner, outer),
            (Duration::from_millis(900), Duration::from_secs(1))
        );
    }

    #[test]
    fn a_preferred_wait_shortens_the_wait_and_not_the_time_for_the_answer() {
        let (inner, outer) = deadlines("prefer", "respond-async, wait=0").unwrap();
        assert_eq!((inner, outer), (Duration::ZERO, Duration::from_secs(30)));
    }

    #[test]
    fn no_caller_extends_the_deadline_and_a_late_one_is_told_so() {
        let (_, outer) = deadlines("crossdock-deadline", "999999999").unwrap();
        assert_eq!(outer, Duration::from_secs(30));
        let late = deadlines("crossdock-deadline", "0");
        assert_eq!(problem(late).code, "deadline_exceeded");
    }
}
