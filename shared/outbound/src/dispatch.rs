//! The innermost service: one exchange, with a router in this process or over HTTP.

use crate::error::EndpointError;
use crate::message::{OutboundRequest, Reply};
use axum::Router;
use axum::body::Body;
use axum::routing::future::RouteFuture;
use http::uri::InvalidUri;
use http::{HeaderMap, Request, StatusCode, Uri};
use http_body_util::combinators::Collect;
use http_body_util::{BodyExt as _, Limited};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower::Service;
use url::Url;

/// The largest answer that is read from anybody.
const ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// How a router in this process fails like a connection does.
///
/// Put into a response's extensions, it stands for there being no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionFailure {
    /// As ECONNREFUSED: nothing was sent.
    Refused,
    /// As ECONNRESET: the request arrived, the answer did not.
    Reset,
}

/// Where requests go; it sends each one once.
#[derive(Clone)]
pub(crate) enum Dispatch {
    /// Straight into a router of this process.
    InProcess(Router),
    /// Over HTTP, below a base address without its last slash.
    Http {
        client: reqwest::Client,
        base: Arc<str>,
    },
}

impl Dispatch {
    pub(crate) fn http(client: reqwest::Client, base: Url) -> Self {
        Self::Http {
            client,
            base: String::from(base).trim_end_matches('/').into(),
        }
    }
}

impl fmt::Debug for Dispatch {
    /// Without the address: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InProcess(_) => "InProcess",
            Self::Http { .. } => "Http",
        })
    }
}

impl Service<OutboundRequest> for Dispatch {
    type Response = Reply;
    type Error = EndpointError;
    type Future = DispatchFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), EndpointError>> {
        // A router is always ready, and so is a client that opens connections as it needs them.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: OutboundRequest) -> DispatchFuture {
        #[cfg(feature = "crash-points")]
        crate::crash::reached(crate::crash::CallBoundary::BeforeSend);
        let sent = match self {
            Self::InProcess(router) => routed(router, request),
            Self::Http { client, base } => over_http(client, base, request),
        };
        sent.unwrap_or_else(|error| DispatchFuture::Malformed { error })
    }
}

fn routed(router: &mut Router, request: OutboundRequest) -> Result<DispatchFuture, EndpointError> {
    let uri: Uri = request
        .path
        .parse()
        .map_err(|error: InvalidUri| malformed(&request.path, &error))?;
    let mut inner = Request::new(Body::from(request.body));
    *inner.method_mut() = request.method;
    *inner.uri_mut() = uri;
    *inner.headers_mut() = request.headers;
    *inner.extensions_mut() = request.extensions;
    Ok(DispatchFuture::Routing {
        answer: router.call(inner),
    })
}

fn over_http(
    client: &reqwest::Client,
    base: &str,
    request: OutboundRequest,
) -> Result<DispatchFuture, EndpointError> {
    let url = Url::parse(&format!("{base}{}", request.path))
        .map_err(|error| malformed(&request.path, &error))?;
    let request = client
        .request(request.method, url)
        .headers(request.headers)
        .body(request.body);
    Ok(DispatchFuture::Http {
        exchange: Box::pin(exchange(request)),
    })
}

/// Told without the query, which may name people.
fn malformed(path: &str, error: &dyn fmt::Display) -> EndpointError {
    let path = path.split_once('?').map_or(path, |(path, _query)| path);
    EndpointError::Malformed(format!("{path}: {error}"))
}

pin_project! {
    /// An exchange between its request and its whole reply.
    #[project = DispatchProj]
    pub(crate) enum DispatchFuture {
        Malformed { error: EndpointError },
        Routing { #[pin] answer: RouteFuture<Infallible> },
        Reading { status: StatusCode, headers: HeaderMap, #[pin] body: Collect<Limited<Body>> },
        // One box an exchange over a socket; in this process there is none.
        Http { exchange: Pin<Box<dyn Future<Output = Result<Reply, EndpointError>> + Send>> },
    }
}

impl DispatchFuture {
    fn answered(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Reply, EndpointError>> {
        loop {
            match self.as_mut().project() {
                DispatchProj::Malformed { error } => return Poll::Ready(Err(error.clone())),
                DispatchProj::Routing { answer } => {
                    let Ok(response) = ready!(answer.poll(cx));
                    if let Some(failure) = response.extensions().get::<ConnectionFailure>() {
                        return Poll::Ready(Err((*failure).into()));
                    }
                    let (head, body) = response.into_parts();
                    self.set(Self::Reading {
                        status: head.status,
                        headers: head.headers,
                        body: Limited::new(body, ANSWER_BYTES).collect(),
                    });
                }
                DispatchProj::Reading {
                    status,
                    headers,
                    body,
                } => {
                    let body = ready!(body.poll(cx));
                    return Poll::Ready(match body {
                        Ok(body) => Ok(Reply {
                            status: *status,
                            headers: std::mem::take(headers),
                            body: body.to_bytes(),
                        }),
                        Err(error) => Err(EndpointError::NoAnswer(error.to_string())),
                    });
                }
                DispatchProj::Http { exchange } => return exchange.as_mut().poll(cx),
            }
        }
    }
}

impl Future for DispatchFuture {
    type Output = Result<Reply, EndpointError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answered = ready!(self.answered(cx));
        #[cfg(feature = "crash-points")]
        crate::crash::reached(crate::crash::CallBoundary::AfterAnswer);
        Poll::Ready(answered)
    }
}

impl From<ConnectionFailure> for EndpointError {
    fn from(failure: ConnectionFailure) -> Self {
        match failure {
            ConnectionFailure::Refused => Self::NotSent("connection refused".into()),
            ConnectionFailure::Reset => Self::NoAnswer("connection reset".into()),
        }
    }
}

/// Sends over the wire and reads the whole answer.
async fn exchange(request: reqwest::RequestBuilder) -> Result<Reply, EndpointError> {
    let mut answer = request.send().await.map_err(|error| {
        let why = with_causes(&error);
        if error.is_connect() {
            EndpointError::NotSent(why)
        } else {
            EndpointError::NoAnswer(why)
        }
    })?;
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
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
            Err(error) => return Err(EndpointError::NoAnswer(with_causes(&error))),
        }
    }
}

/// An error with what caused it: reqwest's own message leaves the cause out.
fn with_causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
