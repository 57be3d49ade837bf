//! What an event sets going: a workflow of its own, begun once as a part of the order's journey, or one that waits for it.

use crate::deps::Deps;
use crossdock_events::{CloudEvent, Handled};
use crossdock_model::{Correlation, Fault, InstanceId};
use crossdock_store::{Cause, MessageId};
use crossdock_workflow::{SignalError, SignalRequest, StartError, StartRequest, State};
use serde::Serialize;

/// A workflow that an event starts.
pub(crate) struct FactStart<'a, S> {
    /// The workflow's name.
    pub(crate) workflow: &'static str,
    /// The reader of the feed that the event came on: it takes the event once for each workflow.
    pub(crate) reader: &'static str,
    /// The operation's name in the audit chain.
    pub(crate) operation: &'static str,
    /// The business key: what happened, told apart from everything else that may.
    pub(crate) key: String,
    /// What its records are kept together by: the order's id.
    pub(crate) partition: String,
    /// The journey that it belongs to.
    pub(crate) correlation: Correlation,
    /// What it begins with.
    pub(crate) state: &'a S,
}

impl Deps {
    /// Starts it, once.
    pub(crate) async fn start_on_fact<S: State>(
        &self,
        event: &CloudEvent,
        fact: FactStart<'_, S>,
    ) -> Result<Handled, Fault> {
        let request = StartRequest {
            workflow: fact.workflow,
            id: InstanceId(self.ids.next(self.desk.clock.now())),
            key: fact.key.into(),
            partition: &fact.partition,
            state: fact.state,
            records: Vec::new(),
            cause: Cause {
                tenant: event.tenant.clone(),
                caller: "crossdock".into(),
                operation: fact.operation.into(),
                correlation: fact.correlation,
                traceparent: None,
                claim: None,
            },
            inbox: Some(MessageId {
                source: fact.reader.into(),
                id: format!("{}/{}", event.id, fact.workflow).into(),
            }),
        };
        match self.desk.engine.start(request).await {
            Ok(_new_or_attached) => Ok(Handled::Done),
            Err(StartError::Seen) => Ok(Handled::Done),
            Err(error) => Err(Fault::Retry {
                after: None,
                why: error.to_string(),
            }),
        }
    }

    /// Tells a workflow what happened; whether it is there.
    pub(crate) async fn signal_on_fact<P: Serialize + Sync>(
        &self,
        event: &CloudEvent,
        (workflow, key): (&str, &str),
        (name, payload): (&str, &P),
    ) -> Result<bool, Fault> {
        let id = event.id.to_string();
        let signal = SignalRequest {
            workflow,
            tenant: &event.tenant,
            key,
            name,
            id: &id,
            payload,
            inbox: None,
        };
        match self.desk.engine.signal(signal).await {
            Ok(_taken_early_late_or_again) => Ok(true),
            Err(SignalError::NotFound { .. }) => Ok(false),
            Err(error) => Err(Fault::Retry {
                after: None,
                why: error.to_string(),
            }),
        }
    }
}
