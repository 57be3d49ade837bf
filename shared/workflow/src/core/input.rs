//! What can happen to an instance, with the reasons for which it may not.

use crate::core::{AttemptId, Illegal};
use crossdock_model::{Fault, Refusal};
use crossdock_store::{RecordRef, RecordWrite};
use serde_json::value::RawValue;
use std::sync::Arc;

/// What can happen to an instance.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    Start {
        state: Box<RawValue>,
        /// Written in the batch of the start, and nowhere in the journal.
        records: Vec<RecordWrite>,
        trace: Option<Arc<str>>,
    },
    Outcome {
        node: usize,
        undo: bool,
        result: Result<Box<RawValue>, Fault>,
    },
    /// Loaded by a new process: what was running is lost.
    Recovered,
    /// An attempt that should be in flight waits for a permit, or was cut short by a stop in order.
    Deferred {
        attempt: AttemptId,
        begun: bool,
    },
    /// A time has come that some node waits for, or a permit is granted.
    Tick,
    Signal {
        name: String,
        id: String,
        payload: Arc<RawValue>,
    },
    Cancel {
        by: String,
        why: String,
    },
    Resume {
        node: Option<usize>,
        by: String,
        why: String,
    },
    Skip {
        node: usize,
        out: Arc<RawValue>,
        by: String,
        why: String,
    },
    /// The set-up has changed: what was parked for it goes on.
    Reconfigured,
}

/// Why there is no decision.
#[derive(Debug, Clone)]
pub(crate) enum Undecided {
    /// It must not be.
    Refused(Refused),
    /// It depends on these records: load them with those given, and decide again.
    Lacks(Vec<RecordRef>),
}

impl From<Refused> for Undecided {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Illegal> for Undecided {
    fn from(illegal: Illegal) -> Self {
        Self::Refused(illegal.into())
    }
}

/// Why an input is refused as a whole.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Refused {
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// The workflow itself refused its start.
    #[error("{0}")]
    Start(Refusal),
    /// An operator asked for what cannot be.
    #[error("{0}")]
    Operator(&'static str),
}
