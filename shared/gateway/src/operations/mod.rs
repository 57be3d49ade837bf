//! The operations listener: health, metrics, and the API behind the command line.
//!
//! The API is guarded by the token of `{data}/run-{tier}.json`: whoever may read that file owns the process.

mod archive;
mod audit;
mod backups;
mod deps;
mod events;
mod exceptions;
mod health;
mod readers;
mod tokens;
mod workflows;

pub(crate) use deps::Deps;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use crossdock_problem::{Code, Problem};
use http::header;

/// Every route of the listener, absolute.
pub(crate) fn router(deps: Deps) -> Router {
    let guarded = Router::new()
        .route("/workflows", get(workflows::list))
        .route("/workflows/{id}", get(workflows::show))
        .route("/workflows/{id}/cancellations", post(workflows::cancel))
        .route("/exceptions", get(exceptions::list))
        .route("/exceptions/{id}", get(exceptions::show))
        .route("/exceptions/{id}/retries", post(exceptions::retry))
        .route("/exceptions/{id}/skips", post(exceptions::skip))
        .route("/events", get(events::tail))
        .route("/events/readers", get(readers::list))
        .route("/events/readers/removals", post(readers::forget))
        .route("/tokens", post(tokens::mint))
        .route("/backups", post(backups::take))
        .route("/archive", get(archive::list))
        .route("/archive/erasures", post(archive::erase))
        .route("/audit", get(audit::verify))
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

/// Nobody comes in without the run files' token.
async fn owner_only(State(deps): State<Deps>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    let wanted = deps.token.as_bytes();
    let same = aws_lc_rs::constant_time::verify_slices_are_equal(given.unwrap_or_default(), wanted);
    if same.is_err() {
        let detail = "send the token of {data}/run-{tier}.json as Authorization: Bearer";
        return Problem::new(Code::Unauthenticated, detail).into_response();
    }
    next.run(request).await
}
