//! What a driver is asked to do, with the replies it owes.

use crate::code::CodeError;
use crate::core::{Entry, Refused};
use crossdock_model::InstanceId;
use crossdock_store::{Cause, MessageId, RecordWrite, StoreError};
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Who acts on an instance, and why: every act is journaled with it.
#[derive(Debug, Clone)]
pub struct Act {
    /// The operator, as the audit chain names them.
    pub by: String,
    /// The reason they give, for the journal.
    pub why: String,
}

/// What a driver's mailbox takes.
pub(crate) enum Command {
    /// Look at the time, or just be there.
    Wake,
    /// The set-up has changed: nodes that were parked for it may go on.
    Reconfigured,
    /// The process stops, and waits no longer for what is in flight.
    Defer,
    /// A signal or an operator's act.
    Operate(Box<Operation>),
}

/// A start that is not on disk yet.
pub(crate) struct StartCommand {
    pub(crate) state: Box<RawValue>,
    pub(crate) records: Vec<RecordWrite>,
    pub(crate) cause: Cause,
    pub(crate) inbox: Option<MessageId>,
    pub(crate) reply: oneshot::Sender<Result<(), TransitionError>>,
}

/// A signal or an operator's act, with the reply that is owed for it.
pub(crate) struct Operation {
    pub(super) request: Request,
    pub(super) trigger: Trigger,
    pub(super) reply: oneshot::Sender<Result<Vec<Entry>, NotDone>>,
}

/// What somebody outside asks of an instance.
pub(super) enum Request {
    Signal {
        name: String,
        id: String,
        payload: Arc<RawValue>,
    },
    Cancel(Act),
    Retry(Option<String>, Act),
    Skip {
        node: String,
        out: Arc<RawValue>,
        act: Act,
    },
}

/// Why it was not done.
#[derive(Debug)]
pub(super) enum NotDone {
    NoNode(String),
    Unreadable(CodeError),
    Failed(TransitionError),
}

/// What set off a transition from outside; empty where the instance moves by itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trigger {
    /// Who asked: becomes the audit row.
    pub(crate) cause: Option<Cause>,
    /// The message it came with, where it was one.
    pub(crate) inbox: Option<MessageId>,
}

/// Why a transition did not happen.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum TransitionError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the idempotency key is bound to {instance}")]
    Claim {
        instance: InstanceId,
        fingerprint: [u8; 32],
    },
    #[error("the message was processed before")]
    Inbox,
    #[error("{0} stands there already")]
    Exists(InstanceId),
    #[error("another process owns the shard")]
    Fenced,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Defect(String),
}
