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

/// A month of a store, and its file.
#[derive(Debug, Serialize)]
struct Archive {
    /// The month in which it all ended or was written, as `2026-08`.
    month: String,
    /// Its file in the data folder.
    file: String,
    bytes: u64,
}

/// Which month is to go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erasure {
    /// The month whose files go, as `2026-08`.
    month: String,
}

/// `GET /archive`: every month that has a file, oldest first.
pub(crate) async fn list(State(deps): State<Deps>) -> Result<Json<Archives>, Problem> {
    let mut months = Vec::new();
    for store in stores(&deps)? {
        months.extend(store.archives().map_err(|error| not_done(&error))?);
    }
    months.sort();
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

/// `POST /archive/erasures`: takes a month's files away for good.
pub(crate) async fn erase(
    State(deps): State<Deps>,
    Json(wanted): Json<Erasure>,
) -> Result<Json<serde_json::Value>, Problem> {
    let month: ArchiveMonth = wanted
        .month
        .parse()
        .map_err(|why: String| Problem::new(Code::ValidationFailed, why))?;
    let mut erased = false;
    for store in stores(&deps)? {
        let months = store.archives().map_err(|error| not_done(&error))?;
        if months.iter().any(|(of, _)| *of == month) {
            let gone = store.erase_month(month).await;
            gone.map_err(|error| not_done(&error))?;
            erased = true;
        }
    }
    if !erased {
        let nothing = format!("nothing of {month} is in the archive");
        return Err(Problem::new(Code::WrongState, nothing));
    }
    tracing::warn!(%month, "a month of the archive was erased");
    Ok(Json(serde_json::json!({ "erased": month.to_string() })))
}

fn stores(deps: &Deps) -> Result<&[SqliteStore], Problem> {
    let stores = deps.files.archived();
    if stores.is_empty() {
        return Err(Problem::new(
            Code::NotFound,
            "this process has no store and so no archive: ask one that serves process or system APIs",
        ));
    }
    Ok(stores)
}

fn not_done(error: &StoreError) -> Problem {
    let code = match error {
        StoreError::Archived(_) | StoreError::Erased(_) => Code::WrongState,
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
