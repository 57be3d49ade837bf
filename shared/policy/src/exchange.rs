//! The outermost layer of ours: the facts of a request on its way in, its answer's marks on the way back.

use crate::access;
use crate::correlation::{self, TraceContext};
use crate::facts::{Facts, Transport};
use crate::refusals::Refusals;
use crate::shared::Shared;
use axum::BoxError;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use crossdock_model::{Clock, Context, Ids};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use std::time::Duration;
use tower::{Layer, Service};

/// Row 2, with the access line: one `Arc<Facts>` a request, and every answer says to which it belongs.
#[derive(Debug, Clone)]
pub(crate) struct ExchangeLayer(Arc<Exchange>);

#[derive(Debug)]
struct Exchange {
    /// Whether typed facts of the same process are trusted.
    trusting: bool,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
    refusals: Arc<Refusals>,
}

impl ExchangeLayer {
    /// Where strangers call: typed facts count for nothing.
    pub(crate) fn at_the_border(shared: &Shared) -> Self {
        Self::new(false, shared)
    }

    /// Where the tier above calls: typed facts of the same process are trusted.
    pub(crate) fn between_tiers(shared: &Shared) -> Self {
        Self::new(true, shared)
    }

    fn new(trusting: bool, shared: &Shared) -> Self {
        Self(Arc::new(Exchange {
            trusting,
            clock: Arc::clone(&shared.clock),
            ids: Arc::clone(&shared.ids),
            refusals: Arc::clone(&shared.refusals),
        }))
    }
}

impl<S> Layer<S> for ExchangeLayer {
    type Service = ExchangeService<S>;

    fn layer(&self, inner: S) -> ExchangeService<S> {
        ExchangeService {
            inner,
            exchange: Arc::clone(&self.0),
        }
    }
}

/// A service whose answers say to which request they belong.
#[derive(Debug, Clone)]
pub(crate) struct ExchangeService<S> {
    inner: S,
    exchange: Arc<Exchange>,
}

impl<S, B> Service<Request> for ExchangeService<S>
where
    S: Service<Request, Response = http::Response<B>, Error = Infallible>,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ExchangeFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let began = self.exchange.clock.monotonic();
        let facts = Arc::new(self.exchange.receive(&request));
        request.extensions_mut().insert(Arc::clone(&facts));
        ExchangeFuture {
            inner: self.inner.call(request),
            exchange: Arc::clone(&self.exchange),
            facts,
            began,
        }
    }
}

pin_project! {
    /// The answer on its way back.
    pub(crate) struct ExchangeFuture<F> {
        #[pin]
        inner: F,
        exchange: Arc<Exchange>,
        facts: Arc<Facts>,
        began: Duration,
    }
}

impl<F, B> Future for ExchangeFuture<F>
where
    F: Future<Output = Result<http::Response<B>, Infallible>>,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Ok(response) = ready!(this.inner.poll(cx));
        let mut response = response.map(Body::new);
        this.exchange.send(this.facts, *this.began, &mut response);
        Poll::Ready(Ok(response))
    }
}

impl Exchange {
    fn receive(&self, request: &Request) -> Facts {
        let context = request.extensions().get::<Context>();
        let (transport, trace) = if let Some(context) = context.filter(|_| self.trusting) {
            (Transport::InProcess, TraceContext::of(context))
        } else {
            let trace = TraceContext::from_headers(request.headers(), &self.ids, &*self.clock);
            (Transport::Http, trace)
        };
        Facts::new(transport, trace, request)
    }

    fn send(&self, facts: &Facts, began: Duration, response: &mut Response) {
        self.refusals.count(facts, response);
        response.headers_mut().extend(facts.take_answering());
        let over_http = facts.transport == Transport::Http;
        correlation::stamp(&facts.trace, over_http, response);
        let took = self.clock.monotonic().saturating_sub(began);
        access::line(facts, response.status(), took);
    }
}
