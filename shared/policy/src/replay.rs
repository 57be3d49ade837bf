//! Row 11, where the record is: a request whose key has its answer already is answered with it.

use crate::body::WholeBody;
use crate::extract::CallerKey;
use crate::facts::Facts;
use crate::operation::Operation;
use crate::policy::{header, refuse};
use aws_lc_rs::digest::{Context as Digest, SHA256};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use crossdock_model::Context;
use crossdock_problem::{Code, PROBLEM_JSON, Problem};
use crossdock_store::{Answer, Claim, Store, StoreError};
use http::{HeaderName, HeaderValue, StatusCode, header};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;
use tower::{Layer, Service};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Looks the caller's key up in the process tier's store.
#[derive(Debug, Clone)]
pub(crate) struct ReplayLayer(Arc<dyn Store>);

impl ReplayLayer {
    /// Over the store that keys are bound in; none on a process without one.
    pub(crate) fn over(store: Option<&Arc<dyn Store>>) -> Option<Self> {
        store.cloned().map(Self)
    }
}

impl<S> Layer<S> for ReplayLayer {
    type Service = ReplayService<S>;

    fn layer(&self, inner: S) -> ReplayService<S> {
        let store = Arc::clone(&self.0);
        ReplayService { inner, store }
    }
}

/// A service that does not see what was answered before.
#[derive(Debug, Clone)]
pub(crate) struct ReplayService<S> {
    inner: S,
    store: Arc<dyn Store>,
}

impl<S> Service<Request> for ReplayService<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ReplayFuture<S>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let state = match claim(&request) {
            Ok(None) => State::Passing {
                inner: self.inner.call(request),
            },
            Ok(Some(claim)) => {
                request.extensions_mut().insert(claim.clone());
                // The service that was polled ready serves; its clone stays behind for the next call.
                let next = self.inner.clone();
                let inner = std::mem::replace(&mut self.inner, next);
                State::LookingUp {
                    answer: Box::pin(look_up(Arc::clone(&self.store), claim)),
                    rest: Some((inner, request)),
                }
            }
            Err(answer) => State::Refused {
                answer: Some(answer),
            },
        };
        ReplayFuture { state }
    }
}

type LookUp = Pin<Box<dyn Future<Output = Result<Option<Answer>, Response>> + Send>>;

pin_project! {
    /// First the key's answer; without one the service behind.
    pub(crate) struct ReplayFuture<S: Service<Request>> {
        #[pin]
        state: State<S, S::Future>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, F> {
        Refused {
            answer: Option<Response>,
        },
        LookingUp {
            answer: LookUp,
            rest: Option<(S, Request)>,
        },
        Passing {
            #[pin]
            inner: F,
        },
    }
}

impl<S> Future for ReplayFuture<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let inner = match state.as_mut().project() {
                StateProjection::Passing { inner } => return inner.poll(cx),
                StateProjection::Refused { answer } => {
                    return answer
                        .take()
                        .map_or(Poll::Pending, |answer| Poll::Ready(Ok(answer)));
                }
                StateProjection::LookingUp { answer, rest } => {
                    let found = std::task::ready!(answer.as_mut().poll(cx));
                    let Some((mut inner, request)) = rest.take() else {
                        return Poll::Pending;
                    };
                    match found {
                        Ok(None) => inner.call(request),
                        Ok(Some(answer)) => {
                            return Poll::Ready(Ok(refused(&request, replay(&answer))));
                        }
                        Err(answer) => return Poll::Ready(Ok(refused(&request, answer))),
                    }
                }
            };
            state.set(State::Passing { inner });
        }
    }
}

/// Answered here: what the access line and the counts say of it.
fn refused(request: &Request, answer: Response) -> Response {
    if let Some(facts) = request.extensions().get::<Arc<Facts>>() {
        facts.mark_refused();
    }
    answer
}

/// The caller's key with what it is used for; none without a key or a caller.
fn claim(request: &Request) -> Result<Option<Claim>, Response> {
    let extensions = request.extensions();
    let (Some(CallerKey(key)), Some(context)) =
        (extensions.get::<CallerKey>(), extensions.get::<Context>())
    else {
        return Ok(None);
    };
    Ok(Some(Claim {
        scope: scope(context, Operation::of(request)?),
        key: Arc::clone(key),
        fingerprint: fingerprint(request),
    }))
}

/// Within what a key is unique; no clerk in it, since a change of shift must not refund twice.
fn scope(context: &Context, operation: &Operation) -> Arc<str> {
    let (tenant, consumer) = (&context.caller.tenant, &context.caller.consumer);
    format!("{tenant}|{consumer}|{}", operation.id).into()
}

/// The stored answer of that very request; none while the key is free or its work goes on.
async fn look_up(store: Arc<dyn Store>, claim: Claim) -> Result<Option<Answer>, Response> {
    let bound = store.claimed(&claim).await;
    let Some(bound) = bound.map_err(|error| unavailable(&error))? else {
        return Ok(None);
    };
    if bound.fingerprint != claim.fingerprint {
        let detail = "the key was used with another request: use a new key for a new request";
        return Err(refuse(Code::IdempotencyKeyReused, detail));
    }
    let answer = store.answer(bound.instance).await;
    let mut answer = answer.map_err(|error| unavailable(&error))?;
    // Only an acceptance is answered otherwise to who comes second; a refusal is the same for all.
    if let (Some(answer), Some(status)) = (&mut answer, bound.status)
        && answer.status == StatusCode::CREATED.as_u16()
    {
        answer.status = status;
    }
    Ok(answer)
}

fn unavailable(error: &StoreError) -> Response {
    tracing::error!(%error, "an idempotency key cannot be looked up");
    let detail = "the key cannot be looked up now: ask again with the same key";
    Problem::new(Code::Unavailable, detail)
        .after(Duration::from_secs(1))
        .into_response()
}

/// Status and bytes as they were answered first.
fn replay(answer: &Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() {
        HeaderValue::from_static("application/json")
    } else {
        PROBLEM_JSON
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (REPLAYED, HeaderValue::from_static("?1")),
    ];
    (status, headers, answer.body.to_string()).into_response()
}

/// SHA-256 of method, path, query, content type and body, each with its length in front.
fn fingerprint(request: &Request) -> [u8; 32] {
    let mut digest = Digest::new(&SHA256);
    let kind = header(request, &header::CONTENT_TYPE).unwrap_or_default();
    let body = request.extensions().get::<WholeBody>();
    for part in [
        request.method().as_str().as_bytes(),
        request.uri().path().as_bytes(),
        request.uri().query().unwrap_or_default().as_bytes(),
        kind.as_bytes(),
        body.map_or(&[][..], |body| &body.bytes),
    ] {
        digest.update(&part.len().to_be_bytes());
        digest.update(part);
    }
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest.finish().as_ref());
    fingerprint
}
