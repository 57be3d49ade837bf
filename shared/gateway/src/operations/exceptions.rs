//! The exception desk: what waits for a person, why, and letting it go on.

use crate::operations::deps::{Deps, no_instance, not_done, unreadable};
use axum::extract::State;
use crossdock_model::{InstanceId, Page, PageRequest, Tenant};
use crossdock_problem::{Code, Json, Path, Problem, Query};
use crossdock_workflow::{Act, ExceptionView};
use serde::Deserialize;
use uuid::Uuid;

/// Whose exceptions to list, and which page of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExceptionsQuery {
    tenant: Option<Tenant>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// `GET /exceptions`: every instance that waits for a person, newest first, page by page.
pub(crate) async fn list(
    State(deps): State<Deps>,
    Query(wanted): Query<ExceptionsQuery>,
) -> Result<Json<Page<ExceptionView>>, Problem> {
    let ExceptionsQuery {
        tenant,
        cursor,
        limit,
    } = wanted;
    let name = format!("exceptions {tenant:?}");
    let page = PageRequest { cursor, limit };
    let before = page.after_id(&name)?.map(InstanceId);
    let size = page.size();
    let found = deps.engine()?.exceptions(tenant.as_ref(), before, size + 1);
    let found = found.await.map_err(|error| unreadable(&error))?;
    let id = |view: &ExceptionView| view.instance.id.0;
    Ok(Json(Page::of(&name, found, size, id)))
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

/// Who did a parked node's work by hand, why, and what came of it; all stand in its journal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Skip {
    node: String,
    /// What the node would have answered, as its next action says; null where nothing is to be said.
    #[serde(default)]
    output: serde_json::Value,
    by: String,
    why: String,
}

/// `POST /exceptions/{id}/skips`: takes a node for done, with its output given by hand.
pub(crate) async fn skip(
    State(deps): State<Deps>,
    Path(id): Path<Uuid>,
    Json(skip): Json<Skip>,
) -> Result<http::StatusCode, Problem> {
    let act = Act {
        by: skip.by,
        why: skip.why,
    };
    let engine = deps.engine()?;
    let done = engine.skip(InstanceId(id), &skip.node, &skip.output, &act);
    done.await.map_err(|error| not_done(&error))?;
    Ok(http::StatusCode::NO_CONTENT)
}
