//! The contract of the return process API: evaluate as a dry run, commit as the pivot, four legs to close.

mod client;
mod model;
mod record;

pub use client::{Committed, ReturnClient};
pub use model::{
    CommitReturn, Condition, Disposition, EvaluateReturn, Evaluation, LegState, LegView,
    ReturnLine, ReturnStatus, ReturnView, ReturnedUnits,
};
pub use record::{Leg, Legs, Return};
