//! The deadline of a call: a timeout that distinguishes whether anything was sent.
//!
//! The wait for the inner service to be ready is inside the deadline, so that a caller in the queue
//! of a busy backend leaves it in time; nothing was sent for such a caller.

use crate::error::EndpointError;
use crate::message::{OutboundRequest, Reply};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, Timeout, sleep_until, timeout_at};
use tower::{Layer, Service};

/// Bounds each call by the request's own timeout.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DeadlineLayer;

/// The service of [`DeadlineLayer`].
#[derive(Debug, Clone)]
pub(crate) struct DeadlineService<S> {
    inner: S,
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = DeadlineService<S>;

    fn layer(&self, inner: S) -> DeadlineService<S> {
        DeadlineService { inner }
    }
}

impl<S> Service<OutboundRequest> for DeadlineService<S>
where
    S: Service<OutboundRequest, Response = Reply, Error = EndpointError> + Clone,
{
    type Response = Reply;
    type Error = EndpointError;
    type Future = DeadlineFuture<S, S::Future>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), EndpointError>> {
        // The inner service's readiness is waited for by the call, under its deadline.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: OutboundRequest) -> Self::Future {
        let timeout = request.timeout;
        let now = Instant::now();
        DeadlineFuture {
            timeout,
            // Later than the clock can tell is later than anybody waits.
            until: now.checked_add(timeout).unwrap_or(now + LONGEST),
            stage: Stage::Waiting {
                service: self.inner.clone(),
                request,
                patience: None,
            },
        }
    }
}

const LONGEST: Duration = Duration::from_hours(24);

pin_project! {
    /// A call under its deadline.
    pub(crate) struct DeadlineFuture<S, F> {
        timeout: Duration,
        until: Instant,
        #[pin] stage: Stage<S, F>,
    }
}

pin_project! {
    #[project = StageProj]
    enum Stage<S, F> {
        // `patience` is set once the service is found busy; most calls never need it.
        Waiting { service: S, request: OutboundRequest, #[pin] patience: Option<Sleep> },
        Sent { #[pin] answer: Timeout<F> },
    }
}

impl<S, F> Future for DeadlineFuture<S, F>
where
    S: Service<OutboundRequest, Response = Reply, Error = EndpointError, Future = F>,
    F: Future<Output = Result<Reply, EndpointError>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.stage.as_mut().project() {
                StageProj::Waiting {
                    service,
                    request,
                    mut patience,
                } => {
                    let Poll::Ready(ready) = service.poll_ready(cx) else {
                        if patience.is_none() {
                            patience.set(Some(sleep_until(*this.until)));
                        }
                        if let Some(patience) = patience.as_pin_mut() {
                            ready!(patience.poll(cx));
                        }
                        return Poll::Ready(Err(nothing_sent(*this.timeout)));
                    };
                    ready?;
                    let waited = patience.is_some();
                    if this.timeout.is_zero() || waited && *this.until <= Instant::now() {
                        return Poll::Ready(Err(nothing_sent(*this.timeout)));
                    }
                    let sent = service.call(std::mem::take(request));
                    let answer = timeout_at(*this.until, sent);
                    this.stage.set(Stage::Sent { answer });
                }
                StageProj::Sent { answer } => {
                    let answered = ready!(answer.poll(cx));
                    return Poll::Ready(
                        answered.unwrap_or_else(|_elapsed| Err(no_answer(*this.timeout))),
                    );
                }
            }
        }
    }
}

fn nothing_sent(timeout: Duration) -> EndpointError {
    EndpointError::NotSent(format!("not its turn within {} ms", timeout.as_millis()))
}

fn no_answer(timeout: Duration) -> EndpointError {
    EndpointError::NoAnswer(format!("nothing within {} ms", timeout.as_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ok, request};
    use std::future::{pending, ready};
    use tower::{ServiceExt as _, service_fn};

    const SOON: Duration = Duration::from_millis(20);

    /// A service whose queue never moves.
    #[derive(Clone)]
    struct NeverReady;

    impl Service<OutboundRequest> for NeverReady {
        type Response = Reply;
        type Error = EndpointError;
        type Future = std::future::Ready<Result<Reply, EndpointError>>;

        fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), EndpointError>> {
            Poll::Pending
        }

        fn call(&mut self, _request: OutboundRequest) -> Self::Future {
            ready(Ok(ok()))
        }
    }

    #[tokio::test]
    async fn an_answer_in_time_is_the_answer() {
        let backend = DeadlineLayer.layer(service_fn(|_request| ready(Ok(ok()))));
        let reply = backend.oneshot(request(Duration::MAX)).await.unwrap();
        assert_eq!(reply.status, http::StatusCode::OK);
    }

    #[tokio::test]
    async fn a_deadline_that_passes_after_sending_leaves_the_outcome_unknown() {
        let backend = DeadlineLayer.layer(service_fn(|_request| pending()));
        let error = backend.oneshot(request(SOON)).await.unwrap_err();
        let expected = EndpointError::NoAnswer("nothing within 20 ms".into());
        assert_eq!(error, expected);
    }

    #[tokio::test]
    async fn a_deadline_that_passes_before_sending_says_that_nothing_was_sent() {
        let backend = DeadlineLayer.layer(NeverReady);
        let error = backend.oneshot(request(SOON)).await.unwrap_err();
        assert!(matches!(error, EndpointError::NotSent(_)), "{error}");
    }

    #[tokio::test]
    async fn a_call_without_time_is_not_sent() {
        let backend = DeadlineLayer.layer(service_fn(|_request| ready(Ok(ok()))));
        let error = backend.oneshot(request(Duration::ZERO)).await.unwrap_err();
        assert!(matches!(error, EndpointError::NotSent(_)), "{error}");
    }
}
