//! The operations listener: health, metrics, and the API behind the command line.
//!
//! The API is guarded by the token of `{data}/run.json`: whoever may read that file owns the process.

mod events;
mod exceptions;
mod health;
mod tokens;
mod workflows;

use crate::wire::{Gateway, Health, Stores};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use crossdock_model::Clock;
use crossdock_policy::Issuer;
use crossdock_problem::{Code, Problem};
use crossdock_workflow::{Engine, EngineError, OperatorError};
use http::header;
use std::sync::Arc;

/// What operations look at.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) stores: Stores,
    pub(crate) engine: Option<Engine>,
    pub(crate) issuer: Option<Arc<Issuer>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) health: Arc<Health>,
    token: Arc<str>,
}

/// Every route of the listener, absolute.
pub(crate) fn router(gateway: &Gateway) -> Router {
    let deps = Deps {
        stores: gateway.stores.clone(),
        engine: gateway.engine.clone(),
        issuer: gateway.issuer(),
        clock: Arc::clone(&gateway.clock),
        health: Arc::clone(&gateway.health),
        token: Arc::clone(&gateway.token),
    };
    let guarded = Router::new()
        .route("/workflows", get(workflows::list))
        .route("/workflows/{id}", get(workflows::show))
        .route("/workflows/{id}/cancellations", post(workflows::cancel))
        .route("/exceptions", get(exceptions::list))
        .route("/exceptions/{id}", get(exceptions::show))
        .route("/exceptions/{id}/retries", post(exceptions::retry))
        .route("/events", get(events::tail))
        .route("/tokens", post(tokens::mint))
        .layer(axum::middleware::from_fn_with_state(
            deps.clone(),
            owner_only,
        ));
    Router::new()
        .nest("/operations/v1", guarded)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .with_state(deps)
}

/// Nobody comes in without the run file's token.
async fn owner_only(State(deps): State<Deps>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    let wanted = deps.token.as_bytes();
    let same = aws_lc_rs::constant_time::verify_slices_are_equal(given.unwrap_or_default(), wanted);
    if same.is_err() {
        let detail = "send the token of {data}/run.json as Authorization: Bearer";
        return Problem::new(Code::Unauthenticated, detail).into_response();
    }
    next.run(request).await
}

impl Deps {
    fn engine(&self) -> Result<&Engine, Problem> {
        self.engine.as_ref().ok_or_else(|| {
            Problem::new(
                Code::NotFound,
                "this process serves no process API: ask the one that does",
            )
        })
    }
}

fn unreadable(error: &EngineError) -> Problem {
    Problem::new(Code::Internal, error.to_string())
}

fn not_done(error: &OperatorError) -> Problem {
    let code = match error {
        OperatorError::NotFound(_) => Code::NotFound,
        OperatorError::Impossible(_) => Code::WrongState,
        OperatorError::Unreadable(_) => Code::ValidationFailed,
        OperatorError::Broken(_) => Code::Unavailable,
    };
    Problem::new(code, error.to_string())
}

fn no_instance(id: uuid::Uuid) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("there is no workflow instance {id}: see workflows list"),
    )
}
