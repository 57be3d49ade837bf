//! What the core asks of a workflow's code, so that it never sees a step.

use crate::code::{AnyState, CodeError, Occasion};
use crate::define::{Chosen, Loaded};
use crossdock_model::{Refusal, Timestamp};
use crossdock_store::{Changes, RecordRef};
use serde_json::value::RawValue;
use std::time::Duration;

/// What the core asks of code: conditions, choices, folds and changes. Faked in the simulation.
pub(crate) trait Code {
    fn decode(&self, state: &RawValue) -> Result<AnyState, CodeError>;
    fn has(&self, node: usize) -> bool;
    fn holds(&self, node: usize, state: &AnyState) -> Option<bool>;
    fn length(&self, node: usize, state: &AnyState) -> Option<Duration>;
    /// What a person has to decide before a wait goes on.
    fn asks(&self, node: usize, state: &AnyState) -> Option<Refusal>;
    fn record(&self, node: usize, state: &mut AnyState, out: &RawValue) -> Result<(), CodeError>;
    /// The records that the changes of an occasion depend on.
    fn reads(&self, occasion: Occasion<'_>, state: &AnyState) -> Vec<RecordRef>;
    /// What a completion takes from those records, on top of what the attempt brought.
    fn choose(
        &self,
        node: usize,
        state: &AnyState,
        out: &RawValue,
        loaded: &Loaded,
    ) -> Result<Chosen, CodeError>;
    /// The changes of an occasion, over those records.
    fn changes(
        &self,
        occasion: Occasion<'_>,
        state: &AnyState,
        loaded: &Loaded,
    ) -> Result<Changes, Refusal>;
    fn next_action(&self, node: usize, code: &str) -> String;
    /// How long a step before the pivot is tried again before everything is undone.
    fn give_up_at(&self, state: &AnyState) -> Option<Timestamp>;
    fn random(&self) -> u64;
}
