//! The pure core: decide, apply, effects. No I/O, no clock, no thread.

mod acts;
mod advance;
mod apply;
mod attempts;
mod blocked;
mod code;
mod decide;
mod describe;
mod effects;
mod entry;
mod fold;
mod input;
mod instance;
mod isolation;
mod lost;
mod outcome;
#[cfg(test)]
mod simulation;
mod turn;

pub(crate) use apply::apply;
pub(crate) use blocked::blocked;
pub(crate) use code::Code;
pub(crate) use decide::{Decision, decide};
pub(crate) use effects::{Effect, effects, is_timed, status_and_due};
pub(crate) use entry::{Entry, Row};
pub(crate) use fold::Illegal;
pub(crate) use input::{Input, Refused, Undecided};
pub(crate) use instance::{Instance, NodeState, NodeStatus, Phase};
pub(crate) use isolation::{Admission, AttemptId, suspect};
pub(crate) use turn::DecisionContext;
