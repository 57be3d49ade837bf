//! The problem itself: what an error answers, everywhere.

use crate::Code;
use axum::response::{IntoResponse, Response};
use crossdock_model::{Fault, Refusal, Violation};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// The media type of RFC 9457.
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// An error answer (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// URI reference of the code's docs page.
    #[serde(rename = "type")]
    #[schema(example = "/docs/problems#out_of_stock")]
    pub kind: String,
    /// What it is, the same for every occurrence.
    pub title: String,
    /// The HTTP status, repeated in the body (RFC 9457).
    #[schema(example = 409)]
    pub status: u16,
    /// What happened this time, and what to do next.
    pub detail: String,
    /// The correlation id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// A code of the catalogue.
    #[schema(example = "out_of_stock")]
    pub code: String,
    /// Each wrong place of the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Whole seconds after which to come back; also sent as Retry-After.
    #[serde(
        default,
        rename = "retryAfter",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem of the catalogue with what happened this time.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/docs/problems#{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status().as_u16(),
            detail: detail.into(),
            instance: None,
            code: code.as_str().to_owned(),
            errors: Vec::new(),
            retryable: code.retryable(),
            retry_after: None,
        }
    }

    /// With the places of the request that are wrong.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<Violation>) -> Self {
        self.errors = errors;
        self
    }

    /// With a time to come back after, rounded up to whole seconds.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = Code::parse(&refusal.code).unwrap_or(Code::WrongState);
        Self::new(code, refusal.detail).with_errors(refusal.errors)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(refusal) => refusal.into(),
            Fault::Retry { after, why } => {
                Self::new(Code::Unavailable, why).after(after.unwrap_or(Duration::from_secs(1)))
            }
            Fault::Unknown { why } => Self::new(Code::OutcomeUnknown, why),
            Fault::NothingHappened { .. } => Self::new(
                Code::NothingHappened,
                "a look-up proved that nothing happened",
            ),
            Fault::Misconfigured { why } => Self::new(Code::Misconfigured, why),
            Fault::Poison { why } => Self::new(Code::UpstreamContract, why),
        }
    }
}

impl IntoResponse for Problem {
    /// The response carries the problem in its extensions too, so that the correlation layer can add `instance`.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, PROBLEM_JSON);
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_code_and_pointers() {
        let mut refusal = Refusal::new("out_of_stock", "sku A-1: 3 asked, 1 there");
        refusal.errors.push(Violation {
            pointer: "/lines/0".into(),
            detail: "short by 2".into(),
        });
        let problem = Problem::from(refusal);
        assert_eq!(
            (problem.status, problem.code.as_str()),
            (409, "out_of_stock")
        );
        assert_eq!(problem.errors.len(), 1);
    }

    #[test]
    fn an_unknown_outcome_is_never_a_definite_one() {
        let problem = Problem::from(Fault::Unknown {
            why: "reset after sending".into(),
        });
        assert_eq!(problem.status, 502);
        assert!(problem.retryable);
    }
}
