//! Row 12: the request against its operation's own schema.

use crate::body::WholeBody;
use crate::operation::Operation;
use crate::policy::{Policy, PolicyLayer};
use axum::extract::Request;
use axum::response::Response;
use std::sync::Arc;

pub(crate) type ValidateLayer = PolicyLayer<Validate>;

/// Checks parameters and body of the requests that the body layer chose for it.
#[derive(Debug)]
pub(crate) struct Validate;

impl ValidateLayer {
    pub(crate) fn new() -> Self {
        Self::of(Validate)
    }
}

impl Policy for Validate {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        let body = request.extensions().get::<WholeBody>();
        let Some(body) = body.filter(|body| body.checked) else {
            return Ok(());
        };
        let body = body.bytes.clone();
        let operation = Arc::clone(Operation::of(request)?);
        operation.schema.check(request, &body)
    }
}
