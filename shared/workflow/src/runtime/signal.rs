//! Signals from outside: each is taken, kept for its wait, recorded as late, or dropped as known.

use crate::core::Entry;
use crate::runtime::command::{NotDone, Request, TransitionError, Trigger};
use crate::runtime::engine::Engine;
use crate::runtime::outcome::{SignalError, Signalled};
use crossdock_model::Tenant;
use crossdock_store::{InstanceRow, MessageId};
use serde::Serialize;

/// A signal to an instance.
#[derive(Debug, Clone)]
pub struct SignalRequest<'a, P> {
    /// The name of the workflow that waits.
    pub workflow: &'a str,
    /// The retailer it belongs to.
    pub tenant: &'a Tenant,
    /// The business key that the instance was started under.
    pub key: &'a str,
    /// The name of the wait, which is its node's id.
    pub name: &'a str,
    /// The signal's own id; a second one with the same id is dropped.
    pub id: &'a str,
    /// What the signal carries, as its wait expects it.
    pub payload: &'a P,
    /// The message it came with, where it was one.
    pub inbox: Option<MessageId>,
}

impl Engine {
    /// Delivers a signal. Durable once answered; the same id again changes nothing.
    pub async fn signal<P: Serialize + Sync>(
        &self,
        request: SignalRequest<'_, P>,
    ) -> Result<Signalled, SignalError> {
        let SignalRequest {
            workflow,
            tenant,
            key,
            name,
            id,
            payload,
            inbox,
        } = request;
        if *self.inner.stop.borrow() {
            return Err(SignalError::Stopping);
        }
        let payload = serde_json::value::to_raw_value(payload)
            .map_err(|error| SignalError::Unreadable(error.to_string()))?;
        let row = self.signalled(tenant, workflow, key).await?;
        // It ended long ago: nothing waits any more, and its journal is not fetched back to say so.
        if row.archived.is_some() {
            return Ok(Signalled::Duplicate);
        }
        let request = Request::Signal {
            name: name.to_owned(),
            id: id.to_owned(),
            payload: payload.into(),
        };
        let done = self
            .send(row.id, request, Trigger { cause: None, inbox })
            .await;
        let entries = match done {
            Ok(Ok(entries)) => entries,
            Ok(Err(NotDone::NoNode(name))) => {
                return Err(SignalError::Unreadable(format!(
                    "{workflow} waits for no {name}"
                )));
            }
            Ok(Err(NotDone::Unreadable(error))) => {
                return Err(SignalError::Unreadable(error.to_string()));
            }
            Ok(Err(NotDone::Failed(TransitionError::Inbox))) => return Ok(Signalled::Duplicate),
            Ok(Err(NotDone::Failed(failed))) => {
                return Err(SignalError::Broken(failed.to_string()));
            }
            Err(error) => return Err(SignalError::Broken(error.to_string())),
        };
        Ok(Signalled::by(&entries, id))
    }

    /// The instance that a signal is for.
    async fn signalled(
        &self,
        tenant: &Tenant,
        workflow: &str,
        key: &str,
    ) -> Result<InstanceRow, SignalError> {
        let found = self
            .inner
            .store
            .instance_by_key(tenant, workflow, key)
            .await;
        let found = found.map_err(|error| SignalError::Broken(error.to_string()))?;
        found.ok_or_else(|| SignalError::NotFound {
            workflow: workflow.to_owned(),
            key: key.to_owned(),
        })
    }
}

impl Signalled {
    /// What became of the signal with that id, by what its delivery journaled.
    fn by(entries: &[Entry], id: &str) -> Self {
        let taken = |entry: &Entry| matches!(entry, Entry::Taken { id: taken, .. } if taken == id);
        let late = |entry: &Entry| matches!(entry, Entry::Signal { late: true, .. });
        if entries.is_empty() {
            Self::Duplicate
        } else if entries.iter().any(late) {
            Self::Late
        } else if entries.iter().any(taken) {
            Self::Taken
        } else {
            Self::Early
        }
    }
}
