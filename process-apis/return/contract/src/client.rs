//! The client of the return process API.

use crate::{CommitReturn, EvaluateReturn, Evaluation, ReturnView};
use crossdock_model::{ApiId, Context, Fault, ReturnId, Tier};
use crossdock_outbound::{Directory, Route};
use http::StatusCode;

/// Calls the return process API, as its router or over HTTP.
#[derive(Debug, Clone)]
pub struct ReturnClient {
    route: Route,
}

/// What became of a return that was sent in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// Decided: the pivot is committed.
    Decided(Box<ReturnView>),
    /// Received; the decision takes longer than the caller waits. Ask again with the same key.
    Pending,
}

impl ReturnClient {
    /// The id that its route is found by.
    pub const API: ApiId = ApiId::process("return");

    /// A client over that directory, for calls from that tier.
    pub fn new(directory: &Directory, from: Tier) -> Self {
        Self {
            route: directory.route(from, Self::API),
        }
    }

    /// What a return would bring; nothing is changed.
    pub async fn evaluate(
        &self,
        context: &Context,
        request: &EvaluateReturn,
    ) -> Result<Evaluation, Fault> {
        self.route
            .post(context, "/returns/evaluations")
            .json(request)
            .send()
            .await
    }

    /// Commits a return under the caller's key.
    pub async fn commit(
        &self,
        context: &Context,
        key: &str,
        request: &CommitReturn,
    ) -> Result<Committed, Fault> {
        let reply = self
            .route
            .post(context, "/returns")
            .key(key)
            .json(request)
            .reply()
            .await?;
        if reply.status == StatusCode::ACCEPTED {
            return Ok(Committed::Pending);
        }
        reply.json().map(|view| Committed::Decided(Box::new(view)))
    }

    /// Reads one return; refused with `not_found` if the tenant has none.
    pub async fn find(&self, context: &Context, id: ReturnId) -> Result<ReturnView, Fault> {
        self.route
            .get(context, format!("/returns/{id}"))
            .send()
            .await
    }
}
