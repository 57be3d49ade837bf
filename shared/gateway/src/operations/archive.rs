//! The archive's months, as an operator lists or erases them.

use crate::operations::deps::Deps;
use axum::extract::State;
use crossdock_problem::{Code, Json, Problem};
use crossdock_store::{ArchiveMonth, SqliteStore, StoreError};
use serde::{Deserialize, Serialize};

/// The months that there are.
#[derive(Debug, Serialize)]
pub(crate) struct Archives {
    items: Vec<Archive>,
}

/// A month and its file.
#[derive(Debug, Serialize)]
struct Archive {
    /// The month in which it all ended, as `2026-08`.
    month: String,
    /// Its file in the data folder.
    file: String,
    bytes: u64,
}

/// Which month is to go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erasure {
    /// The month whose file goes, as `2026-08`.
    month: String,
}

/// `GET /archive`: every month that has a file, oldest first.
pub(crate) async fn list(State(deps): State<Deps>) -> Result<Json<Archives>, Problem> {
    let months = store(&deps)?.archives().map_err(|error| not_done(&error))?;
    let items = months.into_iter().map(|(month, file)| Archive {
        month: month.to_string(),
        bytes: file.metadata().map_or(0, |file| file.len()),
        file: file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
    });
    Ok(Json(Archives {
        items: items.collect(),
    }))
}

/// `POST /archive/erasures`: takes a month's file away for good.
pub(crate) async fn erase(
    State(deps): State<Deps>,
    Json(wanted): Json<Erasure>,
) -> Result<Json<serde_json::Value>, Problem> {
    let month: ArchiveMonth = wanted
        .month
        .parse()
        .map_err(|why: String| Problem::new(Code::ValidationFailed, why))?;
    let erased = store(&deps)?.erase_month(month).await;
    erased.map_err(|error| not_done(&error))?;
    tracing::warn!(%month, "a month of the archive was erased");
    Ok(Json(serde_json::json!({ "erased": month.to_string() })))
}

fn store(deps: &Deps) -> Result<&SqliteStore, Problem> {
    deps.files.archived().ok_or_else(|| {
        Problem::new(
            Code::NotFound,
            "this process serves no process API and has no archive: ask the one that does",
        )
    })
}

fn not_done(error: &StoreError) -> Problem {
    let code = match error {
        StoreError::Archived(_) => Code::WrongState,
        StoreError::Full | StoreError::Broken(_) => Code::Unavailable,
        StoreError::WrongShard { .. }
        | StoreError::Malformed(_)
        | StoreError::OtherLayout(_)
        | StoreError::Displaced(_)
        | StoreError::EventsArchived(_)
        | StoreError::Corrupt(_) => Code::Internal,
    };
    Problem::new(code, error.to_string())
}
