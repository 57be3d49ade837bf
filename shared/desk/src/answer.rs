//! Answers that are stored with a pivot, so that a retry of the request gets the same bytes.

use axum::response::{IntoResponse as _, Response};
use crossdock_model::Refusal;
use crossdock_problem::{PROBLEM_JSON, Problem};
use crossdock_store::Answer;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// The answer that a pivot stores for the caller.
pub fn answer<T: Serialize>(status: u16, body: &T) -> Result<Answer, Refusal> {
    let body = serde_json::to_string(body).map_err(|error| {
        Refusal::new("internal", format!("the answer cannot be written: {error}"))
    })?;
    Ok(Answer {
        status,
        body: body.into(),
    })
}

/// A refusal as the problem document that is stored for the caller.
pub fn refusal_answer(refusal: &Refusal) -> Result<Answer, Refusal> {
    let problem = Problem::from(refusal.clone());
    answer(problem.status, &problem)
}

/// A stored answer, byte for byte.
pub(crate) fn stored_response(answer: &Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() {
        HeaderValue::from_static("application/json")
    } else {
        PROBLEM_JSON
    };
    (
        status,
        [(header::CONTENT_TYPE, kind)],
        answer.body.to_string(),
    )
        .into_response()
}
