//! A panic becomes an answer: our defect, of which the caller learns only that it was one.

use crate::policy::refuse;
use axum::response::Response;
use crossdock_problem::Code;
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

/// How a panic is answered.
pub(crate) type Answer = fn(Box<dyn Any + Send>) -> Response;

/// Catches what panics behind it; the process goes on.
pub(crate) fn panics() -> CatchPanicLayer<Answer> {
    CatchPanicLayer::custom(answer as Answer)
}

/// The panic's message went to stderr by the hook; an answer with it could leak personal data.
fn answer(_panic: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    refuse(Code::Internal, "report it with the id in instance")
}
