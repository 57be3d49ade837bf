//! The front of a workflow: its start is bound to the caller's key, its pivot is the caller's answer.
//!
//! A retry attaches to the workflow that the first request started; the caller's deadline bounds the
//! wait and never the work.

use axum::response::{IntoResponse as _, Response};
use crossdock_model::{Clock, Context, InstanceId, Refusal, Tenant, Timestamp};
use crossdock_problem::{Code, PROBLEM_JSON, Problem};
use crossdock_store::{Answer, Cause, Record, Store, StoreError};
use crossdock_workflow::{Engine, Milestone, StartError, Waited};
use http::{HeaderValue, StatusCode, header};
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long a caller without a deadline waits for the pivot.
const PATIENCE: Duration = Duration::from_secs(8);

/// The engine with the tier's store and clock.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Runs the workflows.
    pub engine: Engine,
    /// Holds records and bound keys.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl Desk {
    /// The workflow that the caller's key is bound to already.
    pub fn bound(&self, cause: &Cause) -> Result<Option<InstanceId>, Problem> {
        let Some(claim) = &cause.claim else {
            return Ok(None);
        };
        let bound = self.store.claimed(claim).map_err(broken)?;
        Ok(bound.map(|bound| bound.instance))
    }

    /// The stored answer of an instance's pivot within the caller's deadline; none if it takes longer, and at once
    /// where a person is needed first.
    pub async fn answer(
        &self,
        context: &Context,
        id: InstanceId,
    ) -> Result<Option<Response>, Problem> {
        let until = self.deadline(context);
        let waited = self.engine.wait_for(id, Milestone::Pivot, until).await;
        Ok(match waited.map_err(not_waited)? {
            Waited::Answer(answer) => Some(stored(&answer)),
            Waited::Refused(refusal) => Some(Problem::from(refusal).into_response()),
            Waited::Reached | Waited::Parked | Waited::Pending => None,
        })
    }

    /// Until when this caller waits.
    pub fn deadline(&self, context: &Context) -> Timestamp {
        let now = self.clock.now();
        context
            .deadline
            .unwrap_or_else(|| now.saturating_add(PATIENCE).unwrap_or(now))
    }

    /// A record's body, where there is one.
    pub fn find<T: DeserializeOwned>(
        &self,
        tenant: &Tenant,
        kind: &str,
        id: Uuid,
    ) -> Result<Option<T>, Problem> {
        let record = self.store.record(tenant, kind, id).map_err(broken)?;
        record.as_ref().map(read).transpose()
    }
}

/// A record's body.
pub fn read<T: DeserializeOwned>(record: &Record) -> Result<T, Problem> {
    serde_json::from_slice(&record.body).map_err(|error| {
        Problem::new(
            Code::Internal,
            format!("record {} cannot be read: {error}", record.id),
        )
    })
}

/// A stored answer, byte for byte.
pub fn stored(answer: &Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() {
        HeaderValue::from_static("application/json")
    } else {
        PROBLEM_JSON
    };
    (
        status,
        [(header::CONTENT_TYPE, kind)],
        answer.body.to_string(),
    )
        .into_response()
}

/// A refusal as the answer that is stored for the caller.
pub fn refusal_answer(refusal: &Refusal) -> Result<Answer, Refusal> {
    let problem = Problem::from(refusal.clone());
    let body = serde_json::to_string(&problem).map_err(|error| {
        Refusal::new(
            "internal",
            format!("the problem cannot be written: {error}"),
        )
    })?;
    Ok(Answer {
        status: problem.status,
        body: body.into(),
    })
}

/// A store that cannot read or write.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands in map_err, which passes by value"
)]
pub fn broken(error: StoreError) -> Problem {
    Problem::new(Code::Unavailable, error.to_string()).after(Duration::from_secs(1))
}

/// A start that the engine could not take.
pub fn not_started(error: StartError) -> Problem {
    if let StartError::Refused(refusal) = error {
        return refusal.into();
    }
    if matches!(error, StartError::KeyReused { .. }) {
        let detail = "the Idempotency-Key was used with another request: use a new one";
        return Problem::new(Code::IdempotencyKeyReused, detail);
    }
    Problem::new(Code::Unavailable, error.to_string()).after(Duration::from_secs(1))
}

/// A wait that the engine could not make.
fn not_waited(error: impl Display) -> Problem {
    Problem::new(Code::Unavailable, error.to_string()).after(Duration::from_secs(1))
}

/// A workflow that cannot be read.
pub fn unreadable(error: impl Display) -> Problem {
    Problem::new(Code::Internal, error.to_string())
}
