//! What a policy is: it looks at a request and lets it on, refuses it, or answers it.

use crate::correlation::Journey;
use crate::operation::Operation;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use crossdock_model::Timestamp;
use crossdock_problem::{Code, Problem};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::sync::Arc;

/// A policy that decides on a request before the handler sees it.
pub(crate) trait Gate: fmt::Debug + Send + Sync {
    /// Lets the request on, with what it learned in the request's extensions, or stops it.
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop>;
}

/// A request on its way through the gates.
#[derive(Debug)]
pub(crate) struct Inbound {
    /// Method, path, headers, and the typed facts the gates add.
    pub(crate) parts: Parts,
    /// The whole body, once it was read; empty before.
    pub(crate) body: Bytes,
    /// Whether the request comes without a body.
    pub(crate) bodiless: bool,
    /// The journey it belongs to.
    pub(crate) journey: Journey,
    /// How it came.
    pub(crate) via: Via,
    /// Whether it is checked against its schema.
    pub(crate) checked: bool,
    /// What it asks for, once looked up.
    pub(crate) operation: Option<Arc<Operation>>,
    /// When the answer would come too late.
    pub(crate) expires: Option<Timestamp>,
    /// Headers that every answer to it carries, refusals too.
    pub(crate) answering: HeaderMap,
}

impl Inbound {
    /// A header as text.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// Adds a header to every answer; a value with control characters is left out.
    pub(crate) fn answer_with(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.answering.insert(name, value);
        }
    }

    /// The operation; the look-up stands before every gate that asks.
    pub(crate) fn operation(&self) -> Result<Arc<Operation>, Stop> {
        self.operation.clone().ok_or_else(|| {
            Stop::refuse(
                Code::Internal,
                "a policy ran before the operation was looked up",
            )
        })
    }
}

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    /// Over a wire: nothing about it is believed.
    Wire,
    /// As a typed call of the same process.
    Process,
}

/// Why a request goes no further.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It is refused.
    Refuse(Box<Problem>),
    /// It is answered already.
    Answer(Box<Response>),
}

impl Stop {
    /// A refusal of the catalogue.
    pub(crate) fn refuse(code: Code, detail: impl Into<String>) -> Self {
        Problem::new(code, detail).into()
    }

    /// The response it makes.
    pub(crate) fn into_response(self) -> Response {
        match self {
            Self::Refuse(problem) => problem.into_response(),
            Self::Answer(response) => *response,
        }
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Refuse(Box::new(problem))
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A request in the hands of a single gate.

    use super::{Inbound, Stop, Via};
    use crate::correlation::Journey;
    use bytes::Bytes;
    use crossdock_model::Correlation;
    use crossdock_problem::Problem;
    use http::{HeaderMap, Request};

    pub(crate) fn inbound(request: Request<&str>) -> Inbound {
        let (parts, body) = request.into_parts();
        Inbound {
            parts,
            bodiless: body.is_empty(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            journey: Journey {
                correlation: Correlation("c-1".into()),
                traceparent: None,
            },
            via: Via::Wire,
            checked: true,
            operation: None,
            expires: None,
            answering: HeaderMap::new(),
        }
    }

    pub(crate) fn refused(passed: Result<(), Stop>) -> Problem {
        match passed {
            Err(Stop::Refuse(problem)) => *problem,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }
}
