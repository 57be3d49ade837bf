//! One span a call: whom it went to, how long it took, what it came to.

use crate::error::EndpointError;
use crate::message::{OutboundRequest, Reply};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower::{Layer, Service};
use tracing::Span;
use tracing::field::{Empty, display};

/// Opens a span named `outbound` at level debug around each call.
///
/// It holds the peer, the method and the outcome. The path, the headers and the body stay out: they
/// name people, and they hold keys.
#[derive(Debug, Clone)]
pub(crate) struct TraceLayer {
    peer: Arc<str>,
}

/// The service of [`TraceLayer`].
#[derive(Debug, Clone)]
pub(crate) struct TraceService<S> {
    inner: S,
    peer: Arc<str>,
}

impl TraceLayer {
    /// For calls to that peer: a connector's name, or host and port.
    pub(crate) fn new(peer: Arc<str>) -> Self {
        Self { peer }
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = TraceService<S>;

    fn layer(&self, inner: S) -> TraceService<S> {
        TraceService {
            inner,
            peer: Arc::clone(&self.peer),
        }
    }
}

impl<S> Service<OutboundRequest> for TraceService<S>
where
    S: Service<OutboundRequest, Response = Reply, Error = EndpointError>,
{
    type Response = Reply;
    type Error = EndpointError;
    type Future = TraceFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), EndpointError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: OutboundRequest) -> Self::Future {
        let span = tracing::debug_span!(
            "outbound",
            peer = &*self.peer,
            method = request.method.as_str(),
            status = Empty,
            error = Empty,
        );
        TraceFuture {
            call: self.inner.call(request),
            span,
        }
    }
}

pin_project! {
    /// A call in its span.
    pub(crate) struct TraceFuture<F> {
        #[pin] call: F,
        span: Span,
    }
}

impl<F: Future<Output = Result<Reply, EndpointError>>> Future for TraceFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let entered = this.span.enter();
        let outcome = ready!(this.call.poll(cx));
        drop(entered);
        match &outcome {
            Ok(reply) => this.span.record("status", reply.status.as_u16()),
            Err(error) => this.span.record("error", display(error)),
        };
        Poll::Ready(outcome)
    }
}
