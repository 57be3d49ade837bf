//! The core in motion: one task per moving instance, appends before effects, timers, waiters, operators.

mod attempt;
mod boundaries;
mod clock_jump;
mod command;
mod crash;
mod driver;
mod engine;
mod inner;
mod limits;
mod load;
mod operate;
mod outcome;
mod passivate;
mod permit;
mod plan;
mod progress;
mod recover;
mod run;
mod signal;
mod start;
mod stop;
mod timekeeper;
mod timers;
mod transition;
mod turn;
mod waiters;

pub use command::Act;
pub use crash::{Boundary, CrashHook};
pub use engine::{Builder, Engine};
pub use limits::Limits;
pub use outcome::{
    EngineError, OperatorError, SignalError, Signalled, StartError, Started, Waited,
};
pub use progress::Milestone;
pub use signal::SignalRequest;
pub use start::StartRequest;

pub(crate) use plan::Plan;
