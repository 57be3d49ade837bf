//! The agent at the desk: only a token that names one opens this API.

use axum::extract::FromRequestParts;
use crossdock_model::{Context, Subject};
use crossdock_outbound::CallContext;
use crossdock_problem::{Code, Problem};
use http::request::Parts;
use std::ops::Deref;

/// A call by an agent or an operator; anybody else is refused before the handler.
#[derive(Debug)]
pub(crate) struct AgentCall(Context);

impl Deref for AgentCall {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for AgentCall {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let context = CallContext::from_request_parts(parts, state).await?.0;
        match context.caller.subject {
            Subject::Agent { .. } | Subject::Operator { .. } => Ok(Self(context)),
            Subject::Application
            | Subject::Customer { .. }
            | Subject::Clerk { .. }
            | Subject::Workflow => {
                let detail = "the token names no agent: exchange it for an agent's (`agent-1`)";
                Err(Problem::new(Code::Forbidden, detail))
            }
        }
    }
}
