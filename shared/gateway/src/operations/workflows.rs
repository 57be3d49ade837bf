//! Workflow instances: the list, and one of them with its journal.

use crate::operations::deps::{Deps, no_instance, not_done, unreadable};
use axum::extract::State;
use crossdock_model::{InstanceId, Tenant};
use crossdock_problem::{Json, Path, Problem, Query};
use crossdock_store::{InstanceQuery, Status};
use crossdock_workflow::{Act, InstanceSummary, InstanceView};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most rows of one answer.
const MOST: usize = 200;

/// Which instances to list; what is left out does not restrict.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkflowsQuery {
    tenant: Option<Tenant>,
    workflow: Option<String>,
    key: Option<String>,
    correlation: Option<String>,
    status: Option<Status>,
    before: Option<Uuid>,
    limit: Option<usize>,
}

/// The answer of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Found<T> {
    items: Vec<T>,
}

impl<T> Found<T> {
    pub(crate) fn new(items: Vec<T>) -> Self {
        Self { items }
    }
}

/// `GET /workflows`: instances that match, newest first.
pub(crate) async fn list(
    State(deps): State<Deps>,
    Query(wanted): Query<WorkflowsQuery>,
) -> Result<Json<Found<InstanceSummary>>, Problem> {
    let query = InstanceQuery {
        tenant: wanted.tenant,
        workflow: wanted.workflow,
        key: wanted.key,
        status: wanted.status,
        correlation: wanted.correlation,
        before: wanted.before.map(InstanceId),
        limit: wanted.limit.unwrap_or(50).clamp(1, MOST),
    };
    let found = deps
        .engine()?
        .find(&query)
        .await
        .map_err(|error| unreadable(&error))?;
    Ok(Json(Found::new(found)))
}

/// `GET /workflows/{id}`: one instance with its nodes and its journal.
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<Uuid>,
) -> Result<Json<InstanceView>, Problem> {
    let found = deps
        .engine()?
        .describe(InstanceId(id))
        .await
        .map_err(|error| unreadable(&error))?;
    found.map(Json).ok_or_else(|| no_instance(id))
}

/// Who cancels an instance, and why; both stand in its journal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancellation {
    by: String,
    why: String,
}

/// `POST /workflows/{id}/cancellations`: before its pivot; everything done so far is undone.
pub(crate) async fn cancel(
    State(deps): State<Deps>,
    Path(id): Path<Uuid>,
    Json(cancellation): Json<Cancellation>,
) -> Result<http::StatusCode, Problem> {
    let act = Act {
        by: cancellation.by,
        why: cancellation.why,
    };
    let done = deps.engine()?.cancel(InstanceId(id), &act).await;
    done.map_err(|error| not_done(&error))?;
    Ok(http::StatusCode::NO_CONTENT)
}
