//! Signals from outside: each is taken, kept for its wait, recorded as late, or dropped as known.

use crate::core::Entry;
use crate::runtime::operate::{NotDone, What};
use crate::runtime::transition::{Failed, Outside};
use crate::runtime::{Engine, SignalError, Signalled};
use crossdock_model::Tenant;
use crossdock_store::MessageId;
use serde::Serialize;

/// A signal to an instance.
#[derive(Debug, Clone)]
pub struct SignalRequest<'a, P> {
    /// The workflow's name.
    pub workflow: &'a str,
    /// Whose it is.
    pub tenant: &'a Tenant,
    /// The business key.
    pub key: &'a str,
    /// The wait's name.
    pub name: &'a str,
    /// The signal's own id; a second one with the same id is dropped.
    pub id: &'a str,
    /// What it says.
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
        let missing = || SignalError::NotFound {
            workflow: workflow.to_owned(),
            key: key.to_owned(),
        };
        let payload = serde_json::value::to_raw_value(payload)
            .map_err(|error| SignalError::Unreadable(error.to_string()))?;
        let found = self.inner.store.instance_by_key(tenant, workflow, key);
        let found = found.map_err(|error| SignalError::Broken(error.to_string()))?;
        let instance = found.ok_or_else(missing)?;
        let what = What::Signal {
            name: name.to_owned(),
            id: id.to_owned(),
            payload: payload.into(),
        };
        let done = self
            .send(instance, what, Outside { cause: None, inbox })
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
            Ok(Err(NotDone::Failed(Failed::Inbox))) => return Ok(Signalled::Duplicate),
            Ok(Err(NotDone::Failed(failed))) => {
                return Err(SignalError::Broken(failed.to_string()));
            }
            Err(error) => return Err(SignalError::Broken(error.to_string())),
        };
        let taken = |entry: &Entry| matches!(entry, Entry::Taken { id: taken, .. } if taken == id);
        let late = |entry: &Entry| matches!(entry, Entry::Signal { late: true, .. });
        Ok(if entries.is_empty() {
            Signalled::Duplicate
        } else if entries.iter().any(late) {
            Signalled::Late
        } else if entries.iter().any(taken) {
            Signalled::Taken
        } else {
            Signalled::Early
        })
    }
}
