//! Row 11: one key, one effect. The key is read at the border and bound in the process tier only.

use crate::body::WholeBody;
use crate::extract::CallerKey;
use crate::operation::Operation;
use crate::policy::{Policy, PolicyLayer, header, refuse};
use aws_lc_rs::digest::{Context as Digest, SHA256};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use crossdock_model::Context;
use crossdock_outbound::{IDEMPOTENCY_KEY, parse_key};
use crossdock_problem::{Code, PROBLEM_JSON, Problem};
use crossdock_store::{Answer, Claim, Store, StoreError};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use std::sync::Arc;
use std::time::Duration;

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

pub(crate) type IdempotencyLayer = PolicyLayer<Idempotency>;

/// Reads the caller's key and, where the durable record is, what it was used for.
#[derive(Debug)]
pub(crate) struct Idempotency {
    store: Option<Arc<dyn Store>>,
}

impl IdempotencyLayer {
    /// Reads the key only: its record is in the process tier below.
    pub(crate) fn reading() -> Self {
        Self::of(Idempotency { store: None })
    }

    /// Looks the key up in the process tier's store.
    pub(crate) fn recorded_in(store: Option<&Arc<dyn Store>>) -> Self {
        Self::of(Idempotency {
            store: store.cloned(),
        })
    }
}

impl Policy for Idempotency {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(());
        }
        let operation = Operation::of(request)?;
        let Some(key) = key(request, operation)? else {
            return Ok(());
        };
        let context = request.extensions().get::<Context>();
        let claim = match (&self.store, context) {
            (Some(_), Some(context)) => Some(Claim {
                scope: scope(context, operation),
                key: Arc::clone(&key),
                fingerprint: fingerprint(request),
            }),
            (None, _) | (_, None) => None,
        };
        request.extensions_mut().insert(CallerKey(key));
        let (Some(store), Some(claim)) = (&self.store, claim) else {
            return Ok(());
        };
        let answered = look_up(&**store, &claim)?;
        request.extensions_mut().insert(claim);
        answered.map_or(Ok(()), |answer| Err(replay(&answer)))
    }
}

/// The one key of the request; none where none is sent or needed.
fn key(request: &Request, operation: &Operation) -> Result<Option<Arc<str>>, Response> {
    let mut headers = request.headers().get_all(IDEMPOTENCY_KEY).iter();
    match (headers.next(), headers.next()) {
        (None, _) if operation.needs_key => {
            let detail = "send Idempotency-Key: \"<a new one for each intended effect>\"";
            Err(refuse(Code::IdempotencyKeyMissing, detail))
        }
        (None, _) => Ok(None),
        (Some(one), None) => Ok(Some(parse_key(one).ok_or_else(unreadable)?.into())),
        (Some(_), Some(_)) => Err(unreadable()),
    }
}

/// Within what a key is unique; no clerk in it, since a change of shift must not refund twice.
fn scope(context: &Context, operation: &Operation) -> Arc<str> {
    let (tenant, consumer) = (&context.caller.tenant, &context.caller.consumer);
    format!("{tenant}|{consumer}|{}", operation.id).into()
}

/// The stored answer of that very request; none while the key is free or its work goes on.
fn look_up(store: &dyn Store, claim: &Claim) -> Result<Option<Answer>, Response> {
    let Some(bound) = store.claimed(claim).map_err(|error| unavailable(&error))? else {
        return Ok(None);
    };
    if bound.fingerprint != claim.fingerprint {
        let detail = "the key was used with another request: use a new key for a new request";
        return Err(refuse(Code::IdempotencyKeyReused, detail));
    }
    store
        .answer(bound.instance)
        .map_err(|error| unavailable(&error))
}

fn unreadable() -> Response {
    let detail =
        "write one Idempotency-Key as a quoted string of 1 to 255 printable ASCII characters";
    refuse(Code::IdempotencyKeyInvalid, detail)
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
