//! Whether the audit chains are what was written, from their beginnings in the archive to the last row.

use crate::operations::deps::Deps;
use axum::extract::State;
use crossdock_problem::{Code, Json, Problem, Query};
use crossdock_store::{AuditReport, StoreError};
use serde::{Deserialize, Serialize};

/// Whose chains to read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditQuery {
    tier: String,
}

/// What was found in the stores of a tier.
#[derive(Debug, Serialize)]
pub(crate) struct Audits {
    items: Vec<Audit>,
}

/// What was found in one store.
#[derive(Debug, Serialize)]
struct Audit {
    store: &'static str,
    #[serde(flatten)]
    report: AuditReport,
}

/// `GET /audit`: reads every chain of a tier's store, months of the archive first.
pub(crate) async fn verify(
    State(deps): State<Deps>,
    Query(wanted): Query<AuditQuery>,
) -> Result<Json<Audits>, Problem> {
    let stores = deps.stores.all();
    let mut of_tier = stores.filter(|(name, _)| *name == wanted.tier);
    let Some((store, file)) = of_tier.next() else {
        let detail = format!("this process serves no {} API", wanted.tier);
        return Err(Problem::new(Code::NotFound, detail));
    };
    let file = file.clone();
    // It reads as much as was ever written, and holds up nobody.
    let reading = tokio::task::spawn_blocking(move || file.audit_verify());
    let report = match reading.await {
        Ok(report) => report.map_err(|error| not_read(&error))?,
        Err(broken) => return Err(Problem::new(Code::Internal, broken.to_string())),
    };
    let items = vec![Audit { store, report }];
    Ok(Json(Audits { items }))
}

fn not_read(error: &StoreError) -> Problem {
    Problem::new(Code::Internal, error.to_string())
}
