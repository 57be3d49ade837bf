//! One HTTP service that is called from here: a backend or an API of ours, in this process or elsewhere.

use crate::concurrency::MaxInFlight;
use crate::dispatch::Dispatch;
use crate::error::EndpointError;
use crate::headers::{IDEMPOTENCY_KEY, put, quoted};
use crate::message::{OutboundRequest, Reply};
use crate::stack::{Policies, Stack, compose};
use axum::Router;
use bytes::Bytes;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Serialize;
use std::time::Duration;
use tower::ServiceExt as _;
use url::Url;

/// How long one attempt may take unless the caller says otherwise.
const ATTEMPT: Duration = Duration::from_secs(10);

/// A service to call, with the policies of every call to it.
///
/// Clones are the same service: they share its permits and its connections.
#[derive(Debug, Clone)]
pub struct Endpoint {
    stack: Stack<Dispatch>,
    dispatch: Dispatch,
    policies: Policies,
    attempt: Duration,
}

impl Endpoint {
    /// A service in this process.
    pub fn local(router: Router) -> Self {
        let dispatch = Dispatch::InProcess(router);
        Self::new(dispatch, Policies::new("in-process"))
    }

    /// A service over HTTP, below that address.
    pub fn remote(client: reqwest::Client, base: Url) -> Self {
        let host = base.host_str().unwrap_or_default();
        let peer = match base.port_or_known_default() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Self::new(Dispatch::http(client, base), Policies::new(&peer))
    }

    fn new(dispatch: Dispatch, policies: Policies) -> Self {
        Self {
            stack: compose(dispatch.clone(), &policies),
            dispatch,
            policies,
            attempt: ATTEMPT,
        }
    }

    fn with(self, change: impl FnOnce(Policies) -> Policies) -> Self {
        let policies = change(self.policies);
        Self {
            stack: compose(self.dispatch.clone(), &policies),
            policies,
            ..self
        }
    }

    /// Under the peer name that traces carry, `erp/main`.
    #[must_use]
    pub fn named(self, peer: &str) -> Self {
        self.with(|policies| policies.named(peer))
    }

    /// With at most so many calls in flight; the others wait for their turn, as long as they may take.
    #[must_use]
    pub fn with_max_in_flight(self, most: MaxInFlight) -> Self {
        self.with(|policies| policies.in_flight(most))
    }

    /// With a header on every call, such as a credential: neither `Debug` nor a span shows it.
    ///
    /// A value with control characters is left out.
    #[must_use]
    pub fn with_header(self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => self.with(|policies| policies.credential(name, value)),
            Err(_unwritable) => self,
        }
    }

    /// With another time-out for one attempt than ten seconds.
    #[must_use]
    pub fn with_attempt(mut self, attempt: Duration) -> Self {
        self.attempt = attempt;
        self
    }

    /// A GET of that path, which may carry a query.
    pub fn get(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::GET, path)
    }

    /// A POST to that path.
    pub fn post(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::POST, path)
    }

    /// A request of any method.
    pub fn request(&self, method: Method, path: impl Into<String>) -> RequestBuilder<'_> {
        RequestBuilder {
            endpoint: self,
            request: OutboundRequest {
                method,
                path: path.into(),
                timeout: self.attempt,
                ..OutboundRequest::default()
            },
            malformed: None,
        }
    }
}

/// A request that is being put together.
#[derive(Debug)]
pub struct RequestBuilder<'a> {
    endpoint: &'a Endpoint,
    request: OutboundRequest,
    malformed: Option<EndpointError>,
}

impl RequestBuilder<'_> {
    /// With a header; a value with control characters is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        put(&mut self.request.headers, name, value);
        self
    }

    /// Under that idempotency key; one that no header can hold keeps the request from being sent.
    #[must_use]
    pub fn idempotency_key(mut self, key: &str) -> Self {
        if let Some(value) = quoted(key) {
            self.request.headers.insert(IDEMPOTENCY_KEY, value);
        } else {
            let why = "the idempotency key holds other than visible ASCII".into();
            self.malformed = Some(EndpointError::Malformed(why));
        }
        self
    }

    /// With a value as its JSON body; one that cannot be written keeps the request from being sent.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.bytes("application/json", body.into()),
            Err(error) => {
                self.malformed = Some(EndpointError::Malformed(error.to_string()));
                self
            }
        }
    }

    /// With a body of bytes as they are.
    #[must_use]
    pub fn bytes(mut self, content_type: &'static str, body: Bytes) -> Self {
        let content_type = HeaderValue::from_static(content_type);
        self.request
            .headers
            .insert(header::CONTENT_TYPE, content_type);
        self.request.body = body;
        self
    }

    /// With a time-out of its own for this attempt.
    #[must_use]
    pub fn within(mut self, attempt: Duration) -> Self {
        self.request.timeout = attempt;
        self
    }

    /// The headers so far, to add many.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.request.headers
    }

    /// Typed facts for a router in this process; they never leave it.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.request.extensions
    }

    /// Sends it once, and reads the whole answer.
    pub async fn send(self) -> Result<Reply, EndpointError> {
        match self.malformed {
            Some(error) => Err(error),
            None => self.endpoint.stack.clone().oneshot(self.request).await,
        }
    }
}
