//! Row 11: one key, one effect. The key is read at the border; its record is in the process tier (`replay.rs`).

use crate::extract::CallerKey;
use crate::operation::Operation;
use crate::policy::{Policy, PolicyLayer, refuse};
use axum::extract::Request;
use axum::response::Response;
use crossdock_outbound::{IDEMPOTENCY_KEY, parse_key};
use crossdock_problem::Code;
use http::Method;
use std::sync::Arc;

pub(crate) type IdempotencyLayer = PolicyLayer<Idempotency>;

/// Reads the caller's key, where the operation has one.
#[derive(Debug)]
pub(crate) struct Idempotency;

impl IdempotencyLayer {
    /// The key travels with the request from here on.
    pub(crate) fn new() -> Self {
        Self::of(Idempotency)
    }
}

impl Policy for Idempotency {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(());
        }
        if let Some(key) = key(request, Operation::of(request)?)? {
            request.extensions_mut().insert(CallerKey(key));
        }
        Ok(())
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

fn unreadable() -> Response {
    let detail =
        "write one Idempotency-Key as a quoted string of 1 to 255 printable ASCII characters";
    refuse(Code::IdempotencyKeyInvalid, detail)
}
