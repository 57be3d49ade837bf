//! What a caller is answered when the engine or its store cannot serve.

use crossdock_problem::{Code, Problem};
use crossdock_store::StoreError;
use crossdock_workflow::{EngineError, StartError};
use std::fmt::Display;
use std::time::Duration;

/// For a store that cannot read or write: 503, to be tried again in a second; 410 for what went with a month of the archive.
pub fn store_problem(error: StoreError) -> Problem {
    if let StoreError::Erased(what) = error {
        return Problem::new(Code::Gone, what);
    }
    Problem::new(Code::Unavailable, error.to_string()).after(Duration::from_secs(1))
}

/// For a start that the engine did not take: its refusal, a reused key, or 503.
pub fn start_problem(error: StartError) -> Problem {
    if let StartError::Refused(refusal) = error {
        return refusal.into();
    }
    if matches!(error, StartError::KeyReused { .. }) {
        let detail = "the Idempotency-Key was used with another request: use a new one";
        return Problem::new(Code::IdempotencyKeyReused, detail);
    }
    Problem::new(Code::Unavailable, error.to_string()).after(Duration::from_secs(1))
}

/// For an instance that the engine cannot find or describe: an internal error.
pub fn engine_problem(error: impl Display) -> Problem {
    Problem::new(Code::Internal, error.to_string())
}

/// For an instance whose journal cannot be read: as for its store where it is that, else an internal error.
pub fn journal_problem(error: EngineError) -> Problem {
    match error {
        EngineError::Store(error) => store_problem(error),
        EngineError::NotFound(_)
        | EngineError::TwoWorkflows(_)
        | EngineError::Unreadable { .. } => engine_problem(error),
    }
}

/// For a wait that the engine could not make: 503, to be tried again in a second.
pub(crate) fn wait_problem(error: impl Display) -> Problem {
    Problem::new(Code::Unavailable, error.to_string()).after(Duration::from_secs(1))
}
