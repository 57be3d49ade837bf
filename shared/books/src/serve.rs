//! What stands before a backend's routes: the API key, the request log, the faults.

use crate::book::Book;
use crate::entry::Entry;
use crate::error::VendorError;
use crate::faults::FaultKind;
use crate::tx::Request as Line;
use aws_lc_rs::{constant_time, digest};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use crossdock_outbound::{CORRELATION, ConnectionFailure, IDEMPOTENCY_KEY, TRACEPARENT, parse_key};
use crossdock_runtime::Task;
use futures_util::stream;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The largest request a backend reads.
const BODY_BYTES: usize = 4 * 1024 * 1024;

#[derive(Debug, Clone)]
struct Serving {
    book: Book,
    api_key: SecretString,
    /// Requests that act later, for as long as the backend lives.
    late: Arc<Mutex<Vec<Task<()>>>>,
}

impl Serving {
    /// Breaks the connection off, and lets the request act when that time has passed.
    fn act_later(&self, after: Duration, act: Act) -> Response {
        let (now, clock) = (self.book.now(), Arc::clone(self.book.clock()));
        let then = now.saturating_add(after).unwrap_or(now);
        let acting = crossdock_runtime::spawn(async move {
            clock.sleep_until(then).await;
            act.run().await;
        });
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        late.retain(|task| !task.is_finished());
        late.push(acting);
        failed_connection(ConnectionFailure::Reset)
    }
}

/// A request that is about to act, with its line of the log.
struct Act {
    entry: Entry,
    request: Request,
    next: Next,
}

impl Act {
    /// Runs the handler; a write that left no line with its effect is logged with its answer.
    async fn run(self) -> Response {
        let writes = !matches!(*self.request.method(), Method::GET | Method::HEAD);
        let response = self.next.run(self.request).await;
        if writes
            && !self.entry.is_logged()
            && let Err(error) = self.entry.log(Some(response.status())).await
        {
            return error.into_response();
        }
        response
    }
}

/// The vendor's API behind its key, with the sandbox's and the auditor's routes beside it.
pub fn serve(book: &Book, api_key: SecretString, router: Router) -> Router {
    let serving = Serving {
        book: book.clone(),
        api_key,
        late: Arc::default(),
    };
    router
        .merge(crate::told::routes(book))
        .fallback(async || VendorError::not_found("path"))
        .layer(axum::middleware::from_fn_with_state(
            serving.clone(),
            acting,
        ))
        .merge(crate::audit::routes(book))
        .layer(axum::middleware::from_fn_with_state(serving, authenticated))
}

/// Nobody comes in without the key.
async fn authenticated(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
        .unwrap_or_default();
    let wanted = serving.api_key.expose_secret().as_bytes();
    if constant_time::verify_slices_are_equal(given, wanted).is_err() {
        return VendorError::new(
            StatusCode::UNAUTHORIZED,
            "invalid_api_key",
            "no such API key: send Authorization: Bearer <key>",
        )
        .into_response();
    }
    next.run(request).await
}

/// The request's way through the log, its fault and the handler.
async fn acting(
    State(serving): State<Serving>,
    matched: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let template = matched.as_ref().map_or("unknown", MatchedPath::as_str);
    let fault = serving
        .book
        .faults()
        .trigger(&format!("{} {template}", request.method()));
    let (line, mut request) = match read(request, fault.as_ref()).await {
        Ok(read) => read,
        Err(unreadable) => return unreadable.into_response(),
    };
    let entry = Entry::new(serving.book.clone(), Arc::new(line));
    if let Some(fault) = &fault {
        let replacement = replacement_for(fault);
        let status = match (&replacement, fault) {
            (Some(_), FaultKind::Down) | (None, _) => None,
            (Some(response), _) => Some(response.status()),
        };
        // The line from before acting stands apart only now: what comes after may never be written.
        if let Err(error) = entry.log(status).await {
            return error.into_response();
        }
        if let Some(replacement) = replacement {
            return replacement;
        }
    }
    request.extensions_mut().insert(entry.clone());
    let act = Act {
        entry,
        request,
        next,
    };
    if let Some(FaultKind::Late { ms }) = fault {
        return serving.act_later(Duration::from_millis(ms), act);
    }
    let response = act.run().await;
    match fault {
        Some(fault) => after_acting(&fault, &serving.book, response).await,
        None => response,
    }
}

/// Reads the body, so that its hash is known before anything runs.
async fn read(request: Request, fault: Option<&FaultKind>) -> Result<(Line, Request), VendorError> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, BODY_BYTES)
        .await
        .map_err(|error| VendorError::bad_request("unreadable_body", error.to_string()))?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let key = parts.headers.get(IDEMPOTENCY_KEY).and_then(parse_key);
    let line = Line {
        method: parts.method.to_string(),
        path: path.to_owned(),
        key,
        client: text(&parts.headers, CORRELATION),
        traceparent: text(&parts.headers, TRACEPARENT),
        body_hash: digest::digest(&digest::SHA256, &body).as_ref().to_vec(),
        fault: fault.map(FaultKind::as_str),
    };
    Ok((line, Request::from_parts(parts, Body::from(body))))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// The answer of a fault that keeps the handler from running.
fn replacement_for(fault: &FaultKind) -> Option<Response> {
    match fault {
        FaultKind::Down => Some(failed_connection(ConnectionFailure::Refused)),
        FaultKind::ErrorBefore => Some(broken().into_response()),
        FaultKind::Throttle { retry_after } => {
            Some(VendorError::busy(Duration::from_secs(*retry_after)).into_response())
        }
        FaultKind::Refuse { status, code } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST);
            let message = "refused by a fault that is switched on: see /sandbox/faults";
            Some(VendorError::new(status, code.clone(), message).into_response())
        }
        FaultKind::Slow { .. }
        | FaultKind::Late { .. }
        | FaultKind::ErrorAfter
        | FaultKind::AnswerLost
        | FaultKind::Garbage => None,
    }
}

/// What becomes of the answer once the effect is in the book.
async fn after_acting(fault: &FaultKind, book: &Book, response: Response) -> Response {
    match fault {
        FaultKind::Slow { ms } => {
            let later = book.now().saturating_add(Duration::from_millis(*ms));
            if let Ok(later) = later {
                book.clock().sleep_until(later).await;
            }
            response
        }
        FaultKind::ErrorAfter => broken().into_response(),
        FaultKind::AnswerLost => failed_connection(ConnectionFailure::Reset),
        FaultKind::Garbage => "<html>maintenance</ht".into_response(),
        FaultKind::Down
        | FaultKind::Late { .. }
        | FaultKind::ErrorBefore
        | FaultKind::Throttle { .. }
        | FaultKind::Refuse { .. } => response,
    }
}

fn broken() -> VendorError {
    VendorError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "something broke here: try again later",
    )
}

/// No answer: a mark for a caller in this process, a connection that breaks off for any other.
fn failed_connection(mark: ConnectionFailure) -> Response {
    let reset = io::Error::from(io::ErrorKind::ConnectionReset);
    let body = stream::iter([Err::<Bytes, _>(reset)]);
    let mut response = Response::new(Body::from_stream(body));
    response.extensions_mut().insert(mark);
    response
}
