//! One HTTP service that is not ours: a backend, in this process or elsewhere.

use crate::Lost;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use crossdock_model::Fault;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use tower::ServiceExt as _;
use url::Url;

/// The largest answer that is read from anybody.
const ANSWER_BYTES: usize = 8 * 1024 * 1024;
/// How long one attempt may take unless the caller says otherwise.
const ATTEMPT: Duration = Duration::from_secs(10);

/// A service to call, with the headers that every call to it carries.
#[derive(Debug, Clone)]
pub struct Endpoint {
    to: To,
    headers: HeaderMap,
    attempt: Duration,
}

#[derive(Debug, Clone)]
enum To {
    Router(Router),
    Url { client: reqwest::Client, base: Url },
}

/// What came back, whatever the status.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

/// Why nothing came back.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EndpointError {
    /// Not a byte was sent: nothing happened there.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It was sent, and there is no whole answer: anything may have happened.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The request could not be built.
    #[error("cannot be asked: {0}")]
    Unaskable(String),
}

impl From<EndpointError> for Fault {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::NotSent(why) => Self::Retry { after: None, why },
            EndpointError::NoAnswer(why) => Self::Unknown { why },
            EndpointError::Unaskable(why) => Self::Misconfigured { why },
        }
    }
}

impl Endpoint {
    /// A service in this process.
    pub fn local(router: Router) -> Self {
        Self {
            to: To::Router(router),
            headers: HeaderMap::new(),
            attempt: ATTEMPT,
        }
    }

    /// A service over HTTP.
    pub fn remote(client: reqwest::Client, base: Url) -> Self {
        Self {
            to: To::Url { client, base },
            headers: HeaderMap::new(),
            attempt: ATTEMPT,
        }
    }

    /// With a header on every call; a value with control characters is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(name == header::AUTHORIZATION);
            self.headers.insert(name, value);
        }
        self
    }

    /// With another time-out for one attempt.
    #[must_use]
    pub fn with_attempt(mut self, attempt: Duration) -> Self {
        self.attempt = attempt;
        self
    }

    /// A GET of that path, which may carry a query.
    pub fn get(&self, path: impl Into<String>) -> Sending<'_> {
        self.request(Method::GET, path)
    }

    /// A POST to that path.
    pub fn post(&self, path: impl Into<String>) -> Sending<'_> {
        self.request(Method::POST, path)
    }

    /// A request of any method.
    pub fn request(&self, method: Method, path: impl Into<String>) -> Sending<'_> {
        Sending {
            endpoint: self,
            method,
            path: path.into(),
            headers: self.headers.clone(),
            body: Ok(Bytes::new()),
            extensions: http::Extensions::new(),
            attempt: self.attempt,
        }
    }
}

/// A request about to be sent.
#[derive(Debug)]
pub struct Sending<'a> {
    endpoint: &'a Endpoint,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Result<Bytes, EndpointError>,
    extensions: http::Extensions,
    attempt: Duration,
}

impl Sending<'_> {
    /// With a header; a value with control characters is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        crate::headers::put(&mut self.headers, name, value);
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        self.body = serde_json::to_vec(body)
            .map(Bytes::from)
            .map_err(|error| EndpointError::Unaskable(error.to_string()));
        self
    }

    /// With a body of bytes as they are.
    #[must_use]
    pub fn bytes(mut self, content_type: &'static str, body: Bytes) -> Self {
        self.headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.body = Ok(body);
        self
    }

    /// With a time-out for this attempt.
    #[must_use]
    pub fn within(mut self, attempt: Duration) -> Self {
        self.attempt = attempt;
        self
    }

    /// The headers so far, to add many.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Typed facts for a router in this process; they never leave it.
    pub fn extensions_mut(&mut self) -> &mut http::Extensions {
        &mut self.extensions
    }

    /// Sends it, once.
    pub async fn send(self) -> Result<Reply, EndpointError> {
        let attempt = self.attempt;
        #[cfg(feature = "crash-points")]
        crate::crash::reached(crate::crash::Moment::BeforeSend);
        match tokio::time::timeout(attempt, self.deliver()).await {
            Ok(sent) => {
                #[cfg(feature = "crash-points")]
                crate::crash::reached(crate::crash::Moment::AfterAnswer);
                sent
            }
            Err(_elapsed) => Err(EndpointError::NoAnswer(format!(
                "nothing within {} ms",
                attempt.as_millis()
            ))),
        }
    }

    async fn deliver(self) -> Result<Reply, EndpointError> {
        let body = self.body?;
        match &self.endpoint.to {
            To::Router(router) => {
                let mut request = Request::new(Body::from(body));
                *request.method_mut() = self.method;
                *request.uri_mut() = self
                    .path
                    .parse()
                    .map_err(|error| EndpointError::Unaskable(format!("{}: {error}", self.path)))?;
                *request.headers_mut() = self.headers;
                *request.extensions_mut() = self.extensions;
                let answered = router.clone().oneshot(request).await;
                into_reply(answered.unwrap_or_else(|never| match never {})).await
            }
            To::Url { client, base } => {
                let base = base.as_str().trim_end_matches('/');
                let url = Url::parse(&format!("{base}{}", self.path))
                    .map_err(|error| EndpointError::Unaskable(format!("{}: {error}", self.path)))?;
                let request = client
                    .request(self.method, url)
                    .headers(self.headers)
                    .body(body);
                read(request).await
            }
        }
    }
}

/// Sends over the wire and reads the whole answer.
async fn read(request: reqwest::RequestBuilder) -> Result<Reply, EndpointError> {
    let answer = request.send().await.map_err(|error| {
        let why = chain(&error);
        if error.is_connect() {
            EndpointError::NotSent(why)
        } else {
            EndpointError::NoAnswer(why)
        }
    })?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut answer = answer;
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER_BYTES => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_too_much)) => {
                return Err(EndpointError::NoAnswer(
                    "the answer is larger than 8 MiB".into(),
                ));
            }
            Ok(None) => {
                return Ok(Reply {
                    status,
                    headers,
                    body: body.into(),
                });
            }
            Err(error) => return Err(EndpointError::NoAnswer(chain(&error))),
        }
    }
}

/// An error with what caused it: reqwest's own message leaves the cause out.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

async fn into_reply(response: axum::response::Response) -> Result<Reply, EndpointError> {
    match response.extensions().get::<Lost>() {
        Some(Lost::BeforeSending) => {
            return Err(EndpointError::NotSent("connection refused".into()));
        }
        Some(Lost::Answer) => return Err(EndpointError::NoAnswer("connection reset".into())),
        None => {}
    }
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, ANSWER_BYTES)
        .collect()
        .await
        .map_err(|error| EndpointError::NoAnswer(error.to_string()))?
        .to_bytes();
    Ok(Reply {
        status: parts.status,
        headers: parts.headers,
        body,
    })
}

impl Reply {
    /// The body as a value; a body that is none is [`Fault::Poison`].
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Fault::poison(format!(
                "{} answered what cannot be read: {error}",
                self.status.as_u16()
            ))
        })
    }

    /// `Retry-After` in seconds, where one was sent.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self
            .headers
            .get(header::RETRY_AFTER)?
            .to_str()
            .ok()?
            .parse()
            .ok()?;
        Some(Duration::from_secs(seconds))
    }
}
