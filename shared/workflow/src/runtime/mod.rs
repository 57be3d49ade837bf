//! The core in motion: one task per moving instance, appends before effects, timers, waiters, operators.

mod driver;
mod engine;
mod flight;
mod inner;
mod load;
mod milestones;
mod operate;
mod outcome;
mod probe;
mod recover;
mod rest;
mod runway;
mod signal;
mod start;
mod stop;
mod timers;
mod transition;
mod turn;
mod waiters;

pub use engine::{Builder, Engine, Limits};
pub use operate::Act;
pub use outcome::{
    EngineError, OperatorError, SignalError, Signalled, StartError, Started, Waited,
};
pub use probe::{Boundary, Probe};
pub use signal::SignalRequest;
pub use start::StartRequest;
pub use waiters::Milestone;

pub(crate) use load::Plan;
pub(crate) use turn::TurnCode;
