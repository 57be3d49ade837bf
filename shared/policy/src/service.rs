//! The one tower layer that runs a stack's policies around a service.
//!
//! One layer and not one a policy: a call between tiers of the same process passes here too, and
//! should cost one allocation, not twelve.

use crate::access::Access;
use crate::addresses::Prefix;
use crate::body::Reading;
use crate::correlation;
use crate::deadline::{exceeded, too_late};
use crate::gate::{Gate, Inbound, Stop, Via};
use crate::idempotency::carries_key;
use crate::refusals::Refusals;
use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse as _, Response};
use crossdock_model::{Clock, Context, Ids};
use crossdock_problem::{Code, Problem};
use futures_util::FutureExt as _;
use http::HeaderMap;
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{self, Poll};
use tower::{Layer, Service};

/// The policies of one API, in order.
#[derive(Debug)]
pub(crate) struct Stack {
    /// Whether typed facts of the same process are trusted: not at the border.
    pub(crate) inner: bool,
    /// Those that need no body.
    pub(crate) on_headers: Vec<Box<dyn Gate>>,
    /// How the body is read between them.
    pub(crate) reading: Reading,
    /// Those that look at the body too.
    pub(crate) on_body: Vec<Box<dyn Gate>>,
    /// Which typed calls are checked against their schema.
    pub(crate) sample: Sample,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) refusals: Arc<Refusals>,
}

/// So many of a hundred, evenly.
#[derive(Debug)]
pub(crate) struct Sample {
    percent: u32,
    calls: AtomicU32,
}

impl Sample {
    /// That many of a hundred.
    pub(crate) fn of(percent: u8) -> Self {
        Self {
            percent: u32::from(percent.min(100)),
            calls: AtomicU32::new(0),
        }
    }

    fn hit(&self) -> bool {
        self.percent > 0 && self.calls.fetch_add(1, Ordering::Relaxed) % 100 < self.percent
    }
}

/// Puts a service behind a stack.
#[derive(Debug, Clone)]
pub(crate) struct StackLayer(pub(crate) Arc<Stack>);

impl<S> Layer<S> for StackLayer {
    type Service = StackService<S>;

    fn layer(&self, service: S) -> StackService<S> {
        StackService {
            stack: Arc::clone(&self.0),
            service,
        }
    }
}

/// A service behind a stack.
#[derive(Debug, Clone)]
pub(crate) struct StackService<S> {
    stack: Arc<Stack>,
    service: S,
}

impl<S> Service<Request> for StackService<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The service that was polled ready serves; its clone stays behind for the next call.
        let next = self.service.clone();
        let ready = std::mem::replace(&mut self.service, next);
        let stack = Arc::clone(&self.stack);
        Box::pin(async move { Ok(stack.serve(ready, request).await) })
    }
}

impl Stack {
    async fn serve<S>(&self, service: S, request: Request) -> Response
    where
        S: Service<Request, Response = Response, Error = Infallible>,
    {
        let begun = self.clock.monotonic();
        let (parts, body) = request.into_parts();
        let mut inbound = self.receive(parts, body.is_end_stream());
        let journey = inbound.journey.clone();
        let wire = inbound.via == Via::Wire;
        let mut access = Access {
            method: inbound.parts.method.clone(),
            route: inbound.parts.extensions.get::<MatchedPath>().cloned(),
            operation: None,
            caller: None,
        };
        let mut answering = HeaderMap::new();
        let work = async {
            let admitted = self.admit(&mut inbound, body).await;
            access.operation.clone_from(&inbound.operation);
            let caller = inbound.parts.extensions.get::<Context>();
            access.caller = caller.map(|context| context.caller.clone());
            answering = std::mem::take(&mut inbound.answering);
            match admitted {
                Ok(body) => self.dispatch(service, inbound, body).await,
                Err(stop) => {
                    self.note(&stop, &inbound);
                    stop.into_response()
                }
            }
        };
        let mut response = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(response) => response,
            Err(_panic) => {
                tracing::error!(correlation = %journey.correlation, "a handler panicked");
                Problem::new(Code::Internal, "report it with the id in instance").into_response()
            }
        };
        response.headers_mut().extend(answering);
        correlation::stamp(&journey, wire, &mut response);
        let took = self.clock.monotonic().saturating_sub(begun);
        access.line(wire, response.status(), took, &journey.correlation.0);
        response
    }

    fn receive(&self, parts: http::request::Parts, bodiless: bool) -> Inbound {
        let context = parts.extensions.get::<Context>().filter(|_| self.inner);
        let typed = context.map(correlation::typed);
        let via = if typed.is_some() {
            Via::Process
        } else {
            Via::Wire
        };
        let journey =
            typed.unwrap_or_else(|| correlation::from_wire(&parts, &self.ids, &*self.clock));
        Inbound {
            parts,
            body: bytes::Bytes::new(),
            bodiless,
            journey,
            via,
            checked: via == Via::Wire || self.sample.hit(),
            operation: None,
            expires: None,
            answering: HeaderMap::new(),
        }
    }

    /// Every gate in order; what is left of the body for the handler.
    async fn admit(&self, inbound: &mut Inbound, body: Body) -> Result<Body, Stop> {
        for gate in &self.on_headers {
            gate.pass(inbound)?;
        }
        let read = inbound.checked || carries_key(inbound);
        let body = if read {
            inbound.body = self.reading.whole(body, inbound.via, &*self.clock).await?;
            Body::from(inbound.body.clone())
        } else {
            body
        };
        for gate in &self.on_body {
            gate.pass(inbound)?;
        }
        Ok(body)
    }

    async fn dispatch<S>(&self, mut service: S, inbound: Inbound, body: Body) -> Response
    where
        S: Service<Request, Response = Response, Error = Infallible>,
    {
        let expires = inbound.expires;
        let answer = service.call(Request::from_parts(inbound.parts, body));
        tokio::select! {
            biased;
            answered = answer => answered.unwrap_or_else(|never| match never {}),
            () = too_late(expires, &*self.clock) => exceeded().into_response(),
        }
    }

    /// Counts those whom authentication, tenant, scope and limits turned away.
    fn note(&self, stop: &Stop, inbound: &Inbound) {
        let Stop::Refuse(problem) = stop else { return };
        let Some(reason @ (Code::Unauthenticated | Code::Forbidden | Code::RateLimited)) =
            Code::parse(&problem.code)
        else {
            return;
        };
        let operation = inbound.operation.as_ref();
        let operation = operation.map_or_else(|| "-".into(), |found| Arc::clone(&found.id));
        let from = Prefix::of(&inbound.parts.extensions);
        self.refusals.note(from, reason.as_str(), operation);
    }
}
