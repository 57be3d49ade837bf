//! The exception desk: what waits for a person, why, and letting it go on.

use crate::operations::deps::{Deps, no_instance, not_done, unreadable};
use crate::operations::workflows::Found;
use axum::extract::State;
use crossdock_model::{InstanceId, Tenant};
use crossdock_problem::{Code, Json, Path, Problem, Query};
use crossdock_workflow::{Act, ExceptionView};
use serde::Deserialize;
use uuid::Uuid;

/// The most exceptions of one answer.
const MOST: usize = 200;

/// Whose exceptions to list, and how many at most.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExceptionsQuery {
    tenant: Option<Tenant>,
    limit: Option<usize>,
}

/// `GET /exceptions`: every instance that waits for a person.
pub(crate) async fn list(
    State(deps): State<Deps>,
    Query(wanted): Query<ExceptionsQuery>,
) -> Result<Json<Found<ExceptionView>>, Problem> {
    let limit = wanted.limit.unwrap_or(50).clamp(1, MOST);
    let found = deps.engine()?.exceptions(wanted.tenant.as_ref(), limit);
    Ok(Json(Found::new(
        found.await.map_err(|error| unreadable(&error))?,
    )))
}

/// `GET /exceptions/{id}`: only while something of it waits for a person.
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<Uuid>,
) -> Result<Json<ExceptionView>, Problem> {
    let found = deps
        .engine()?
        .describe(InstanceId(id))
        .await
        .map_err(|error| unreadable(&error))?;
    let view = found.ok_or_else(|| no_instance(id))?;
    if view.summary.parked.is_empty() {
        let detail = format!("nothing of {id} waits for a person: see workflows show {id}");
        return Err(Problem::new(Code::NotFound, detail));
    }
    let parked = view.summary.parked.clone();
    Ok(Json(ExceptionView {
        instance: view.summary,
        at_risk: view.at_risk,
        parked,
    }))
}

/// Who lets a parked instance go on, and why; both stand in its journal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retry {
    /// Only this node; every parked one when absent.
    #[serde(default)]
    node: Option<String>,
    by: String,
    why: String,
}

/// `POST /exceptions/{id}/retries`: lets a parked instance go on.
pub(crate) async fn retry(
    State(deps): State<Deps>,
    Path(id): Path<Uuid>,
    Json(retry): Json<Retry>,
) -> Result<http::StatusCode, Problem> {
    let act = Act {
        by: retry.by,
        why: retry.why,
    };
    let done = deps
        .engine()?
        .retry(InstanceId(id), retry.node.as_deref(), &act)
        .await;
    done.map_err(|error| not_done(&error))?;
    Ok(http::StatusCode::NO_CONTENT)
}
