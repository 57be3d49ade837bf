//! What is known of one request from its arrival to its answer.

use crate::correlation::TraceContext;
use crate::network::Network;
use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse as _, Response};
use crossdock_model::{Caller, Tenant};
use crossdock_problem::{Code, Problem};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How a request reached the router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Over a socket: nothing that it claims is trusted.
    Http,
    /// As a typed call of the same process.
    InProcess,
}

/// The facts of one request; in its extensions as `Arc<Facts>`, put there by the exchange layer.
///
/// The request itself moves on into the handler, so what the answer, the access line and the counts
/// need is noted here on the way in.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) transport: Transport,
    pub(crate) trace: TraceContext,
    pub(crate) method: Method,
    /// The route's pattern, never the path itself: ids may stand in it.
    pub(crate) route: Option<MatchedPath>,
    /// The caller's network, by which refusals are counted.
    pub(crate) network: Network,
    operation: OnceLock<Arc<str>>,
    caller: OnceLock<(Tenant, Arc<str>)>,
    answering: Mutex<HeaderMap>,
    refused: AtomicBool,
}

impl Facts {
    pub(crate) fn new(transport: Transport, trace: TraceContext, request: &Request) -> Self {
        Self {
            transport,
            trace,
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            network: Network::of(request.extensions()),
            operation: OnceLock::new(),
            caller: OnceLock::new(),
            answering: Mutex::default(),
            refused: AtomicBool::new(false),
        }
    }

    /// The facts of a request; the exchange layer stands before every layer that asks.
    pub(crate) fn of(request: &Request) -> Result<&Self, Response> {
        let facts = request.extensions().get::<Arc<Self>>();
        facts.map(|facts| &**facts).ok_or_else(|| {
            let detail = "a policy ran outside of the exchange layer";
            Problem::new(Code::Internal, detail).into_response()
        })
    }

    /// Notes the id of the operation that is asked for.
    pub(crate) fn set_operation(&self, operation: &Arc<str>) {
        self.operation.get_or_init(|| Arc::clone(operation));
    }

    /// Its id, once it is looked up.
    pub(crate) fn operation(&self) -> Option<&Arc<str>> {
        self.operation.get()
    }

    /// Notes the retailer and the application of whoever calls.
    pub(crate) fn set_caller(&self, caller: &Caller) {
        self.caller
            .get_or_init(|| (caller.tenant.clone(), Arc::clone(&caller.consumer)));
    }

    /// Retailer and application, once they are known.
    pub(crate) fn caller(&self) -> Option<(&str, &str)> {
        let (tenant, consumer) = self.caller.get()?;
        Some((tenant.as_str(), consumer))
    }

    /// Puts a header on the answer, whatever that will be.
    pub(crate) fn answer_with(&self, name: HeaderName, value: HeaderValue) {
        let mut answering = self
            .answering
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        answering.insert(name, value);
    }

    /// The headers that belong on the answer; empty from then on.
    pub(crate) fn take_answering(&self) -> HeaderMap {
        std::mem::take(
            &mut *self
                .answering
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Notes that a policy turned the request away, so that a handler's own 403 counts as none.
    pub(crate) fn mark_refused(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    /// Whether a policy turned it away.
    pub(crate) fn was_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }
}
