//! The pure core: decide, apply, effects. No I/O, no clock, no thread.

mod acts;
mod advance;
mod apply;
mod attempts;
mod blocked;
mod decide;
mod effects;
mod entry;
mod instance;
mod outcome;
#[cfg(test)]
mod simulation;
mod suspects;
mod told;

pub(crate) use apply::{Illegal, apply};
pub(crate) use blocked::blocked;
pub(crate) use decide::{Decision, Input, Now, Refused, decide};
pub(crate) use effects::{Effect, effects, is_timed, standing};
pub(crate) use entry::{Entry, Row};
pub(crate) use instance::{Instance, NodeState, Phase, St};
pub(crate) use suspects::{Clearance, Place, suspect};

use crate::code::{CodeError, Data, Occasion};
use crossdock_model::{Refusal, Timestamp};
use crossdock_store::Changes;
use serde_json::value::RawValue;
use std::time::Duration;

/// What the core asks of code: conditions, folds and changes. Faked in the simulation.
pub(crate) trait Code {
    fn decode(&self, state: &RawValue) -> Result<Data, CodeError>;
    fn has(&self, node: usize) -> bool;
    fn holds(&self, node: usize, state: &Data) -> Option<bool>;
    fn length(&self, node: usize, state: &Data) -> Option<Duration>;
    fn record(
        &self,
        node: usize,
        state: &mut Data,
        out: &RawValue,
        at: Timestamp,
    ) -> Result<(), CodeError>;
    /// The changes of an occasion, over the records as `so_far` leaves them.
    fn changes(
        &self,
        occasion: Occasion<'_>,
        state: &Data,
        so_far: &Changes,
    ) -> Result<Changes, Refusal>;
    fn next_action(&self, node: usize, code: &str) -> String;
    fn random(&self) -> u64;
}
