//! Backups of this process while it runs: what `crossdock backup` asks for.

use crate::backup::{self, BackupError, Manifest};
use crate::operations::deps::Deps;
use axum::extract::State;
use crossdock_problem::{Code, Json, Problem};
use serde::Deserialize;
use std::path::PathBuf;

/// Where the backup goes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BackupRequest {
    /// A folder of this machine that is not there yet, from the root.
    folder: PathBuf,
}

/// `POST /backups`: copies every store and book as of one moment, with the keys, and verifies the copies.
pub(crate) async fn take(
    State(deps): State<Deps>,
    Json(wanted): Json<BackupRequest>,
) -> Result<Json<Manifest>, Problem> {
    let (files, folder, now) = (deps.files, deps.folder, deps.clock.now());
    // It goes on to its end though its caller goes: half a backup helps nobody.
    let taking =
        tokio::task::spawn_blocking(move || backup::take(&files, &folder, &wanted.folder, now));
    match taking.await {
        Ok(Ok(manifest)) => Ok(Json(manifest)),
        Ok(Err(BackupError::Refused(why))) => Err(Problem::new(Code::WrongState, why)),
        Ok(Err(BackupError::Failed(why))) => Err(Problem::new(Code::Internal, why)),
        Err(broken) => Err(Problem::new(Code::Internal, broken.to_string())),
    }
}
