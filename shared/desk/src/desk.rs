//! The front of a workflow: its start is bound to the caller's key, its pivot is the caller's answer.
//!
//! A retry attaches to the workflow that the first request started; the caller's deadline bounds the
//! wait and never the work.

use crate::answer::stored_response;
use crate::problem::{store_problem, wait_problem};
use axum::response::{IntoResponse as _, Response};
use crossdock_model::{Clock, Context, InstanceId, Tenant, Timestamp};
use crossdock_problem::{Code, Problem};
use crossdock_store::{Appended, Batch, Binding, Cause, Conflict, QueueClass, Record, Store};
use crossdock_workflow::{Engine, Milestone, Waited};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long a caller that names no deadline waits for the pivot.
const DEFAULT_WAIT: Duration = Duration::from_secs(8);

/// The engine with the tier's store and clock.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Starts, signals and describes the tier's workflow instances.
    pub engine: Engine,
    /// Holds records and bound keys.
    pub store: Arc<dyn Store>,
    /// The injected clock that deadlines and records are stamped by.
    pub clock: Arc<dyn Clock>,
}

impl Desk {
    /// The instance that the caller's idempotency key is bound to already; none without a key.
    pub async fn bound(&self, cause: &Cause) -> Result<Option<InstanceId>, Problem> {
        let Some(claim) = &cause.claim else {
            return Ok(None);
        };
        let bound = self.store.claimed(claim).await.map_err(store_problem)?;
        Ok(bound.map(|bound| bound.instance))
    }

    /// Binds the caller's key to an instance that was there before: from now on it is answered with that instance's answer,
    /// under this status. Refused where the key was used with another request.
    ///
    /// `partition` is what the instance was started with.
    pub async fn bind(
        &self,
        cause: &Cause,
        partition: &str,
        binding: Binding,
    ) -> Result<(), Problem> {
        let Some(claim) = &cause.claim else {
            return Ok(());
        };
        let shard = self.store.shard_of(&cause.tenant, partition);
        let mut batch = Batch::new(shard, self.clock.now());
        batch.cause = Some(cause.clone());
        batch.binds = Some(binding);
        let appended = self.store.append(QueueClass::Start, batch).await;
        match appended.map_err(store_problem)? {
            Appended::Done => Ok(()),
            // The same request under the same key, at the same moment.
            Appended::Conflict(Conflict::Claim { fingerprint, .. })
                if fingerprint == claim.fingerprint =>
            {
                Ok(())
            }
            Appended::Conflict(Conflict::Claim { .. }) => {
                let detail =
                    "the key was used with another request: use a new key for a new request";
                Err(Problem::new(Code::IdempotencyKeyReused, detail))
            }
            other @ (Appended::Conflict(_) | Appended::Fenced) => Err(Problem::new(
                Code::Internal,
                format!("the key could not be bound: {other:?}"),
            )),
        }
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
        Ok(match waited.map_err(wait_problem)? {
            Waited::Answer(answer) => Some(stored_response(&answer)),
            Waited::Refused(refusal) => Some(Problem::from(refusal).into_response()),
            Waited::Reached | Waited::Parked | Waited::Pending => None,
        })
    }

    fn deadline(&self, context: &Context) -> Timestamp {
        let now = self.clock.now();
        context
            .deadline
            .unwrap_or_else(|| now.saturating_add(DEFAULT_WAIT).unwrap_or(now))
    }

    /// The body of the record of that kind and id; none where the tenant has no such record.
    pub async fn find<T: DeserializeOwned>(
        &self,
        tenant: &Tenant,
        kind: &str,
        id: Uuid,
    ) -> Result<Option<T>, Problem> {
        let record = self
            .store
            .record(tenant, kind, id)
            .await
            .map_err(store_problem)?;
        record.as_ref().map(read).transpose()
    }
}

/// Parses a record's body; one that does not parse is an internal problem.
pub fn read<T: DeserializeOwned>(record: &Record) -> Result<T, Problem> {
    serde_json::from_slice(&record.body).map_err(|error| {
        Problem::new(
            Code::Internal,
            format!("record {} cannot be read: {error}", record.id),
        )
    })
}
