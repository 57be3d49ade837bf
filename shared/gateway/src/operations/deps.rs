//! What operations look at, and the problems that they answer with.

use crate::parts::{DataFiles, Health, Stores};
use crossdock_model::Clock;
use crossdock_policy::Issuer;
use crossdock_problem::{Code, Problem};
use crossdock_store::StoreError;
use crossdock_workflow::{Engine, EngineError, OperatorError};
use std::path::PathBuf;
use std::sync::Arc;

/// The parts of the gateway that an operator may see or act on.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) stores: Stores,
    /// Stores and books, as files.
    pub(crate) files: DataFiles,
    /// The data folder.
    pub(crate) folder: PathBuf,
    pub(crate) engine: Option<Engine>,
    /// The embedded issuer, where it is on.
    pub(crate) issuer: Option<Arc<Issuer>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) health: Arc<Health>,
    /// The bearer token of the run files.
    pub(crate) token: Arc<str>,
}

impl Deps {
    /// The engine, which only a process of the process tier has.
    pub(crate) fn engine(&self) -> Result<&Engine, Problem> {
        self.engine.as_ref().ok_or_else(|| {
            Problem::new(
                Code::NotFound,
                "this process serves no process API: ask the one that does",
            )
        })
    }
}

/// The store could not be read, or what was asked for was erased.
pub(crate) fn unreadable(error: &EngineError) -> Problem {
    let is_gone = matches!(error, EngineError::Store(StoreError::Erased(_)));
    let code = if is_gone { Code::Gone } else { Code::Internal };
    Problem::new(code, error.to_string())
}

/// Why an operator's act was not done.
pub(crate) fn not_done(error: &OperatorError) -> Problem {
    let code = match error {
        OperatorError::NotFound(_) => Code::NotFound,
        OperatorError::Impossible(_) => Code::WrongState,
        OperatorError::Unreadable(_) => Code::ValidationFailed,
        OperatorError::Broken(_) => Code::Unavailable,
    };
    Problem::new(code, error.to_string())
}

/// There is no such instance.
pub(crate) fn no_instance(id: uuid::Uuid) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("there is no workflow instance {id}: see workflows list"),
    )
}
