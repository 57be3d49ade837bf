//! What the engine answers, grouped by what the caller can do.

use crossdock_model::{InstanceId, Refusal};
use crossdock_store::{Answer, StoreError};

/// What a start led to, once it is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// It began with this call.
    New(InstanceId),
    /// It had begun before, under the same idempotency key or the same business key.
    Attached(InstanceId),
}

impl Started {
    /// The instance, new or not.
    pub fn id(self) -> InstanceId {
        match self {
            Self::New(id) | Self::Attached(id) => id,
        }
    }
}

/// Why a start was not accepted; it made no instance.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StartError {
    /// The idempotency key belongs to another request.
    #[error(
        "the idempotency key was used with a different request; use a fresh key for a new request"
    )]
    KeyReused {
        /// The instance that the key started.
        instance: InstanceId,
    },
    /// Too much is under way.
    #[error("too much is under way; try again in a moment with the same key")]
    Busy,
    /// The workflow's own no, or a business key that another record has (`already_exists`).
    #[error("{0}")]
    Refused(Refusal),
    /// The message was processed before, and started nothing under this key.
    #[error("the message was processed before")]
    Seen,
    /// Nothing of that name is registered.
    #[error("no workflow is named {0}; register it with the engine")]
    UnknownWorkflow(String),
    /// The process is about to end.
    #[error("the process is stopping; try again with the same key")]
    Stopping,
    /// The state cannot be written as JSON.
    #[error("the state cannot be written: {0}")]
    Unwritable(String),
    /// The store failed: nobody knows whether it started, and the same key finds out.
    #[error("the store failed; try again with the same key: {0}")]
    Broken(String),
}

/// What became of a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited {
    /// The stored answer, byte for byte.
    Answer(Answer),
    /// The milestone is reached, and nobody stored an answer.
    Reached,
    /// It ended backward, and nobody stored an answer.
    Refused(Refusal),
    /// It comes that far only if a person acts; it is on the exception desk.
    Parked,
    /// Not yet; it goes on without the waiter.
    Pending,
}

/// What became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signalled {
    /// A wait took it.
    Taken,
    /// It is kept until its wait is reached.
    Early,
    /// Nothing waits for it any more; it is recorded.
    Late,
    /// It was there before; dropped.
    Duplicate,
}

/// Why a signal was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SignalError {
    /// There is no such instance, at least not yet.
    #[error("no {workflow} with key {key} has started; send the signal again later")]
    NotFound {
        /// The workflow that was asked for.
        workflow: String,
        /// The business key that was asked for.
        key: String,
    },
    /// The payload is not what the wait expects.
    #[error("the signal cannot be understood: {0}")]
    Unreadable(String),
    /// The process is about to end.
    #[error("the process is stopping; send the signal again")]
    Stopping,
    /// The store failed: nobody knows whether the signal was taken, and the same id finds out.
    #[error("the store failed; send the signal again with the same id: {0}")]
    Broken(String),
}

/// Why an operator's act was not done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OperatorError {
    /// There is no such instance or node.
    #[error("there is no {0}")]
    NotFound(String),
    /// It cannot be done as things stand.
    #[error("not possible: {0}")]
    Impossible(String),
    /// The output is not what the node brings.
    #[error("the output does not fit the node: {0}")]
    Unreadable(String),
    /// The store failed, or the process is stopping.
    #[error("the engine could not do it; try again: {0}")]
    Broken(String),
}

/// Why the engine itself could not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// There is no such instance.
    #[error("no workflow instance {0}")]
    NotFound(InstanceId),
    /// Two registered workflows share a name.
    #[error("two workflows are named {0}; rename one of them")]
    TwoWorkflows(String),
    /// What is stored and this build do not meet.
    #[error("instance {instance} cannot be read by this build: {why}")]
    Unreadable {
        /// The instance that cannot be read.
        instance: InstanceId,
        /// What does not fit: the workflow, the definition or an entry.
        why: String,
    },
    /// The store failed; the error says whether it is the disk or the data.
    #[error(transparent)]
    Store(#[from] StoreError),
}
