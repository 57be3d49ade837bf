//! Row 11: one key, one effect. The key is read at the border and bound in the process tier only.

use crate::extract::CallerKey;
use crate::gate::{Gate, Inbound, Stop};
use aws_lc_rs::digest::{Context as Digest, SHA256};
use axum::response::{IntoResponse as _, Response};
use crossdock_model::Context;
use crossdock_outbound::{IDEMPOTENCY_KEY, parse_key};
use crossdock_problem::{Code, PROBLEM_JSON, Problem};
use crossdock_store::{Answer, Claim, Store, StoreError};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use std::sync::Arc;
use std::time::Duration;

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Reads the caller's key and, where the durable record is, what it was used for.
#[derive(Debug)]
pub(crate) struct Idempotency {
    /// The process tier's store; at the border there is none.
    pub(crate) store: Option<Arc<dyn Store>>,
}

/// Whether the request is read for its fingerprint.
pub(crate) fn carries_key(inbound: &Inbound) -> bool {
    inbound.parts.headers.contains_key(IDEMPOTENCY_KEY)
}

impl Gate for Idempotency {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        if matches!(inbound.parts.method, Method::GET | Method::HEAD) {
            return Ok(());
        }
        let operation = inbound.operation()?;
        let mut headers = inbound.parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let key: Arc<str> = match (headers.next(), headers.next()) {
            (None, _) if operation.needs_key => {
                let detail = "send Idempotency-Key: \"<a new one for each intended effect>\"";
                return Err(Stop::refuse(Code::IdempotencyKeyMissing, detail));
            }
            (None, _) => return Ok(()),
            (Some(one), None) => parse_key(one).ok_or_else(unreadable)?.into(),
            (Some(_), Some(_)) => return Err(unreadable()),
        };
        inbound.parts.extensions.insert(CallerKey(Arc::clone(&key)));
        let Some(store) = &self.store else {
            return Ok(());
        };
        let Some(context) = inbound.parts.extensions.get::<Context>() else {
            return Ok(());
        };
        let (tenant, consumer) = (&context.caller.tenant, &context.caller.consumer);
        let claim = Claim {
            scope: format!("{tenant}|{consumer}|{}", operation.id).into(),
            key,
            fingerprint: fingerprint(inbound),
        };
        let answered = look_up(&**store, &claim)?;
        inbound.parts.extensions.insert(claim);
        match answered {
            Some(answer) => Err(Stop::Answer(Box::new(replay(&answer)))),
            None => Ok(()),
        }
    }
}

/// The stored answer of that very request; none while the key is free or its work goes on.
fn look_up(store: &dyn Store, claim: &Claim) -> Result<Option<Answer>, Stop> {
    let Some(bound) = store.claimed(claim).map_err(|error| unavailable(&error))? else {
        return Ok(None);
    };
    if bound.fingerprint != claim.fingerprint {
        let detail = "the key was used with another request: use a new key for a new request";
        return Err(Stop::refuse(Code::IdempotencyKeyReused, detail));
    }
    store
        .answer(bound.instance)
        .map_err(|error| unavailable(&error))
}

fn unreadable() -> Stop {
    let detail = "write one Idempotency-Key as a quoted string of 1 to 255 visible characters";
    Stop::refuse(Code::IdempotencyKeyInvalid, detail)
}

fn unavailable(error: &StoreError) -> Stop {
    tracing::error!(%error, "an idempotency key cannot be looked up");
    let detail = "the key cannot be looked up now: ask again with the same key";
    Problem::new(Code::Unavailable, detail)
        .after(Duration::from_secs(1))
        .into()
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
fn fingerprint(inbound: &Inbound) -> [u8; 32] {
    let mut digest = Digest::new(&SHA256);
    let kind = inbound.header(&header::CONTENT_TYPE).unwrap_or_default();
    for part in [
        inbound.parts.method.as_str().as_bytes(),
        inbound.parts.uri.path().as_bytes(),
        inbound.parts.uri.query().unwrap_or_default().as_bytes(),
        kind.as_bytes(),
        &inbound.body,
    ] {
        digest.update(&part.len().to_be_bytes());
        digest.update(part);
    }
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest.finish().as_ref());
    fingerprint
}
