//! Reads a body whole, within its limit and in time, so that every later policy shares one copy.

use crate::content::too_large;
use crate::deadline::later;
use crate::facts::{Facts, Transport};
use crate::policy::{PolicyFuture, refuse};
use crate::settings::Profile;
use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use crossdock_model::{Clock, Sleep};
use crossdock_outbound::IDEMPOTENCY_KEY;
use crossdock_problem::Code;
use futures_util::future::{Either, ready};
use http::request::Parts;
use http_body_util::combinators::Collect;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tower::{Layer, Service};

/// A body that was read, for the policies that look at it.
#[derive(Debug, Clone)]
pub(crate) struct WholeBody {
    pub(crate) bytes: Bytes,
    /// Whether it is checked against its schema; else only its fingerprint is taken.
    pub(crate) checked: bool,
}

/// Reads the body of every request that is checked against its schema or carries a key.
#[derive(Debug, Clone)]
pub(crate) struct BodyLayer(Arc<Reading>);

#[derive(Debug)]
struct Reading {
    limit: usize,
    time: Duration,
    sample: Sample,
    clock: Arc<dyn Clock>,
}

impl BodyLayer {
    /// As the profile says: the size, the time over a socket, and how many typed calls are checked.
    pub(crate) fn new(profile: &Profile, clock: &Arc<dyn Clock>) -> Self {
        Self(Arc::new(Reading {
            limit: profile.body_bytes,
            time: profile.body_time,
            sample: Sample::of(profile.sample),
            clock: Arc::clone(clock),
        }))
    }

    /// For forms and webhooks: 64 kB within 10 s.
    pub(crate) fn small(clock: &Arc<dyn Clock>) -> Self {
        Self(Arc::new(Reading {
            limit: 64 * 1024,
            time: Duration::from_secs(10),
            sample: Sample::of(0),
            clock: Arc::clone(clock),
        }))
    }
}

impl<S> Layer<S> for BodyLayer {
    type Service = BodyService<S>;

    fn layer(&self, inner: S) -> BodyService<S> {
        BodyService {
            inner,
            reading: Arc::clone(&self.0),
        }
    }
}

/// A service whose requests have their bodies in memory.
#[derive(Debug, Clone)]
pub(crate) struct BodyService<S> {
    inner: S,
    reading: Arc<Reading>,
}

impl<S> Service<Request> for BodyService<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    type Response = Response;
    type Error = Infallible;
    type Future = PolicyFuture<BodyFuture<S>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let over_http = match Facts::of(&request) {
            Ok(facts) => facts.transport == Transport::Http,
            Err(answer) => return Either::Left(ready(Ok(answer))),
        };
        let checked = over_http || self.reading.sample.hit();
        let keyed = request.headers().contains_key(IDEMPOTENCY_KEY);
        if !(checked || keyed) {
            return Either::Right(BodyFuture::passing(self.inner.call(request)));
        }
        if request.body().is_end_stream() {
            let bytes = Bytes::new();
            request
                .extensions_mut()
                .insert(WholeBody { bytes, checked });
            return Either::Right(BodyFuture::passing(self.inner.call(request)));
        }
        // The service that was polled ready serves; its clone stays behind for the next call.
        let next = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, next);
        let (parts, body) = request.into_parts();
        Either::Right(BodyFuture {
            state: State::Reading {
                body: Limited::new(body, self.reading.limit).collect(),
                timeout: over_http.then(|| Timeout {
                    reading: Arc::clone(&self.reading),
                    sleep: None,
                }),
                limit: self.reading.limit,
                rest: Some((inner, parts, checked)),
            },
        })
    }
}

pin_project! {
    /// First the body, then the service behind.
    pub(crate) struct BodyFuture<S: Service<Request>> {
        #[pin]
        state: State<S, S::Future>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, F> {
        Reading {
            #[pin]
            body: Collect<Limited<Body>>,
            timeout: Option<Timeout>,
            limit: usize,
            rest: Option<(S, Parts, bool)>,
        },
        Passing {
            #[pin]
            inner: F,
        },
    }
}

impl<S: Service<Request>> BodyFuture<S> {
    fn passing(inner: S::Future) -> Self {
        let state = State::Passing { inner };
        Self { state }
    }
}

impl<S> Future for BodyFuture<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let inner = match state.as_mut().project() {
                StateProjection::Passing { inner } => return inner.poll(cx),
                StateProjection::Reading {
                    body,
                    timeout,
                    limit,
                    rest,
                } => {
                    let Poll::Ready(collected) = body.poll(cx) else {
                        let Some(timeout) = timeout else {
                            return Poll::Pending;
                        };
                        return timeout.poll(cx).map(Ok);
                    };
                    let bytes = match collected {
                        Ok(collected) => collected.to_bytes(),
                        Err(error) => return Poll::Ready(Ok(unread(&error, *limit))),
                    };
                    let Some((mut inner, parts, checked)) = rest.take() else {
                        return Poll::Pending;
                    };
                    let mut request = Request::from_parts(parts, bytes.clone().into());
                    request
                        .extensions_mut()
                        .insert(WholeBody { bytes, checked });
                    inner.call(request)
                }
            };
            state.set(State::Passing { inner });
        }
    }
}

/// The answer to a body that cannot be read whole.
fn unread(error: &axum::BoxError, limit: usize) -> Response {
    if error.is::<LengthLimitError>() {
        return too_large(limit);
    }
    refuse(Code::InvalidRequest, "the body did not arrive whole")
}

/// The end of the time in which a body has to arrive.
struct Timeout {
    reading: Arc<Reading>,
    // Made when there is something to wait for: most bodies are there at once.
    sleep: Option<Sleep>,
}

impl Timeout {
    /// The answer, once it is too late; the time counts from the first poll.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Response> {
        let Reading { clock, time, .. } = &*self.reading;
        let sleep = self
            .sleep
            .get_or_insert_with(|| clock.sleep_until(later(clock.now(), *time)));
        std::task::ready!(sleep.as_mut().poll(cx));
        let detail = format!("the body took longer than {} s", time.as_secs());
        Poll::Ready(refuse(Code::RequestTimeout, detail))
    }
}

/// So many of a hundred, evenly.
#[derive(Debug)]
struct Sample {
    percent: u32,
    calls: AtomicU32,
}

impl Sample {
    fn of(percent: u8) -> Self {
        Self {
            percent: u32::from(percent.min(100)),
            calls: AtomicU32::new(0),
        }
    }

    fn hit(&self) -> bool {
        self.percent > 0 && self.calls.fetch_add(1, Ordering::Relaxed) % 100 < self.percent
    }
}
