//! Workflow instances: the list, and one of them with its journal.

use crate::operations::deps::{Deps, no_instance, not_done, unreadable};
use axum::extract::State;
use crossdock_model::{InstanceId, Page, PageRequest, Tenant};
use crossdock_problem::{Json, Path, Problem, Query};
use crossdock_store::{InstanceQuery, Status};
use crossdock_workflow::{Act, InstanceSummary, InstanceView};
use serde::Deserialize;
use uuid::Uuid;

/// Which instances to list; what is left out does not restrict.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkflowsQuery {
    tenant: Option<Tenant>,
    workflow: Option<String>,
    key: Option<String>,
    correlation: Option<String>,
    status: Option<Status>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// `GET /workflows`: instances that match, newest first, page by page.
pub(crate) async fn list(
    State(deps): State<Deps>,
    Query(wanted): Query<WorkflowsQuery>,
) -> Result<Json<Page<InstanceSummary>>, Problem> {
    let page = PageRequest {
        cursor: wanted.cursor,
        limit: wanted.limit,
    };
    let name = format!(
        "workflows {:?}",
        (
            &wanted.tenant,
            &wanted.workflow,
            &wanted.key,
            &wanted.correlation,
            wanted.status
        )
    );
    let query = InstanceQuery {
        tenant: wanted.tenant,
        workflow: wanted.workflow,
        key: wanted.key,
        status: wanted.status,
        correlation: wanted.correlation,
        before: page.after_id(&name)?.map(InstanceId),
        limit: page.size() + 1,
    };
    let found = deps
        .engine()?
        .find(&query)
        .await
        .map_err(|error| unreadable(&error))?;
    Ok(Json(Page::of(&name, found, page.size(), |one| one.id.0)))
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
