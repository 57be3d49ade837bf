//! What handlers take from the policies in front: the cause of a change, and the caller's key.

use crate::operation::Operation;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use crossdock_model::{Caller, Context, Subject};
use crossdock_problem::{Code, Problem};
use crossdock_store::{Cause, Claim};
use http::request::Parts;
use std::sync::Arc;

/// Who asked for a change, for the batch that makes it: with the claim where the caller sent a key.
#[derive(Debug, Clone)]
pub struct RequestCause(pub Cause);

/// The caller's idempotency key, to pass on to the process tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerKey(pub Arc<str>);

impl<S: Sync> FromRequestParts<S> for RequestCause {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let context = parts.extensions.get::<Context>();
        let operation = parts.extensions.get::<Arc<Operation>>();
        let (Some(context), Some(operation)) = (context, operation) else {
            return Err(Problem::new(
                Code::Internal,
                "this API is served without its policies",
            ));
        };
        Ok(Self(Cause {
            tenant: context.caller.tenant.clone(),
            caller: who(&context.caller),
            operation: Arc::clone(&operation.id),
            correlation: context.correlation.clone(),
            traceparent: context.traceparent.clone(),
            claim: parts.extensions.get::<Claim>().cloned(),
        }))
    }
}

/// Consumer and subject as one readable word, `web-shop/customer:cust-ada`.
fn who(caller: &Caller) -> Arc<str> {
    let consumer = &caller.consumer;
    match &caller.subject {
        Subject::Application => Arc::clone(consumer),
        Subject::Customer { id, .. } => format!("{consumer}/customer:{id}").into(),
        Subject::Clerk { store, clerk } => format!("{consumer}/clerk:{store}/{clerk}").into(),
        Subject::Agent { id } => format!("{consumer}/agent:{id}").into(),
        Subject::Operator { id } => format!("{consumer}/operator:{id}").into(),
        Subject::Workflow => format!("{consumer}/workflow").into(),
    }
}

impl<S: Sync> FromRequestParts<S> for CallerKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let key = parts.extensions.get::<Self>().cloned();
        key.ok_or_else(|| {
            let detail = "send Idempotency-Key: \"<a new one for each intended effect>\"";
            Problem::new(Code::IdempotencyKeyMissing, detail)
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for CallerKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Problem> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}
