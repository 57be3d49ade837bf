//! The code of one definition's nodes, by index, behind an untyped face.

use super::erased::{NodeCode, read};
use crate::define::{
    AtRisk, AttemptFuture, Chosen, Lifecycle, Loaded, Moment, Parked, Resumed, State,
};
use crossdock_model::{Delivery, Refusal, Timestamp};
use crossdock_store::{Changes, RecordRef};
use serde_json::value::RawValue;
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

/// A workflow's state, its type forgotten.
pub(crate) type AnyState = Arc<dyn Any + Send + Sync>;

/// The occasion on which changes are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Occasion<'a> {
    /// A step, a wait or a pivot completes.
    Node(usize),
    Started,
    Refused(&'a Refusal),
    Completed,
    Parked(&'a Parked),
    Resumed(&'a Resumed),
}

/// Why stored data and code do not meet.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum CodeError {
    #[error("the code of node {0} is not in this build")]
    Missing(usize),
    #[error("the state belongs to another workflow")]
    OtherState,
    #[error("{what} cannot be read: {why}")]
    Unreadable { what: &'static str, why: String },
}

fn unreadable(what: &'static str) -> impl FnOnce(serde_json::Error) -> CodeError {
    move |error| CodeError::Unreadable {
        what,
        why: error.to_string(),
    }
}

/// The code of one definition's nodes, by index.
pub(crate) trait BoundCode: Send + Sync {
    fn decode(&self, state: &RawValue) -> Result<AnyState, CodeError>;
    fn encode(&self, state: &AnyState) -> Result<Box<RawValue>, CodeError>;
    fn has(&self, node: usize) -> bool;
    /// Whether every condition of the node holds; none if one of them is not in this build.
    fn holds(&self, node: usize, state: &AnyState) -> Option<bool>;
    fn length(&self, node: usize, state: &AnyState) -> Option<Duration>;
    /// What a person has to decide before the wait goes on.
    fn asks(&self, node: usize, state: &AnyState) -> Option<Refusal>;
    fn run(&self, node: usize, delivery: Delivery, state: &AnyState) -> Option<AttemptFuture>;
    fn undo(&self, node: usize, delivery: Delivery, state: &AnyState) -> Option<AttemptFuture>;
    /// What a node's completion takes from the records; `out` is what its attempt brought, and null for a pivot.
    fn choose(
        &self,
        node: usize,
        state: &AnyState,
        out: &RawValue,
        records: (&Loaded, &Moment),
    ) -> Result<Chosen, CodeError>;
    /// Folds what was journaled of a node.
    fn record(&self, node: usize, state: &mut AnyState, out: &RawValue) -> Result<(), CodeError>;
    fn readable(&self, node: usize, state: &AnyState, out: &RawValue) -> Result<(), CodeError>;
    fn reads(&self, occasion: Occasion<'_>, state: &AnyState) -> Vec<RecordRef>;
    fn changes(
        &self,
        occasion: Occasion<'_>,
        state: &AnyState,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal>;
    fn at_risk(&self, state: &AnyState) -> AtRisk;
    fn give_up_at(&self, state: &AnyState) -> Option<Timestamp>;
    fn next_action(&self, node: usize, code: &str) -> &'static str;
}

/// The conditions of one node; none where this build does not have it.
pub(super) type Conditions<S> = Vec<Option<fn(&S) -> bool>>;

pub(super) struct TypedCode<S> {
    pub(super) bound: Vec<NodeCode<S>>,
    pub(super) conditions: Vec<Conditions<S>>,
    pub(super) lifecycle: Arc<dyn Lifecycle<S>>,
}

impl<S: State> TypedCode<S> {
    fn at(&self, node: usize) -> &NodeCode<S> {
        self.bound.get(node).unwrap_or(&NodeCode::Missing)
    }

    fn state(data: &AnyState) -> Option<Arc<S>> {
        Arc::downcast(Arc::clone(data)).ok()
    }
}

impl<S: State> BoundCode for TypedCode<S> {
    fn decode(&self, state: &RawValue) -> Result<AnyState, CodeError> {
        let state: S = read(state).map_err(unreadable("the state"))?;
        Ok(Arc::new(state))
    }

    fn encode(&self, state: &AnyState) -> Result<Box<RawValue>, CodeError> {
        let state = state.downcast_ref::<S>().ok_or(CodeError::OtherState)?;
        serde_json::value::to_raw_value(state).map_err(unreadable("the state"))
    }

    fn has(&self, node: usize) -> bool {
        !matches!(self.at(node), NodeCode::Missing)
    }

    fn holds(&self, node: usize, state: &AnyState) -> Option<bool> {
        let state = state.downcast_ref::<S>()?;
        let mut holds = true;
        for condition in self.conditions.get(node)? {
            holds &= (*condition)?(state);
        }
        Some(holds)
    }

    fn length(&self, node: usize, state: &AnyState) -> Option<Duration> {
        let NodeCode::Timer(length) = self.at(node) else {
            return None;
        };
        state.downcast_ref::<S>().map(*length)
    }

    fn asks(&self, node: usize, state: &AnyState) -> Option<Refusal> {
        let NodeCode::Wait(wait) = self.at(node) else {
            return None;
        };
        state.downcast_ref::<S>().and_then(wait.asks)
    }

    fn run(&self, node: usize, delivery: Delivery, state: &AnyState) -> Option<AttemptFuture> {
        let NodeCode::Step(step) = self.at(node) else {
            return None;
        };
        Some(Arc::clone(step).run(delivery, Self::state(state)?))
    }

    fn undo(&self, node: usize, delivery: Delivery, state: &AnyState) -> Option<AttemptFuture> {
        let NodeCode::Step(step) = self.at(node) else {
            return None;
        };
        Arc::clone(step).undo(delivery, Self::state(state)?)
    }

    fn choose(
        &self,
        node: usize,
        state: &AnyState,
        out: &RawValue,
        (loaded, moment): (&Loaded, &Moment),
    ) -> Result<Chosen, CodeError> {
        let state = state.downcast_ref::<S>().ok_or(CodeError::OtherState)?;
        match self.at(node) {
            NodeCode::Missing => Err(CodeError::Missing(node)),
            NodeCode::Legs | NodeCode::Timer(_) | NodeCode::Wait(_) => Ok(Ok(out.to_owned())),
            NodeCode::Step(step) => step
                .choose(state, out, loaded, moment)
                .map_err(unreadable("the step's result")),
            NodeCode::Pivot(pivot) => {
                (pivot.choose)(state, loaded, moment).map_err(unreadable("what the pivot decides"))
            }
        }
    }

    fn record(&self, node: usize, state: &mut AnyState, out: &RawValue) -> Result<(), CodeError> {
        let mut next = state
            .downcast_ref::<S>()
            .ok_or(CodeError::OtherState)?
            .clone();
        match self.at(node) {
            NodeCode::Missing => return Err(CodeError::Missing(node)),
            NodeCode::Legs | NodeCode::Timer(_) => return Ok(()),
            NodeCode::Step(step) => step
                .record(&mut next, out)
                .map_err(unreadable("the step's result"))?,
            NodeCode::Pivot(pivot) => {
                (pivot.record)(&mut next, out).map_err(unreadable("what the pivot decided"))?;
            }
            NodeCode::Wait(wait) => {
                (wait.record)(&mut next, out).map_err(unreadable("the signal"))?;
            }
        }
        *state = Arc::new(next);
        Ok(())
    }

    fn readable(&self, node: usize, state: &AnyState, out: &RawValue) -> Result<(), CodeError> {
        match self.at(node) {
            NodeCode::Missing => Err(CodeError::Missing(node)),
            NodeCode::Legs | NodeCode::Timer(_) | NodeCode::Pivot(_) => Ok(()),
            NodeCode::Wait(wait) => (wait.readable)(out).map_err(unreadable("the signal")),
            NodeCode::Step(step) => {
                let mut trial = state
                    .downcast_ref::<S>()
                    .ok_or(CodeError::OtherState)?
                    .clone();
                step.record(&mut trial, out)
                    .map_err(unreadable("the step's result"))
            }
        }
    }

    fn reads(&self, occasion: Occasion<'_>, state: &AnyState) -> Vec<RecordRef> {
        let Some(state) = state.downcast_ref::<S>() else {
            return Vec::new();
        };
        let Occasion::Node(node) = occasion else {
            return self.lifecycle.reads(state);
        };
        match self.at(node) {
            NodeCode::Step(step) => step.reads(state),
            NodeCode::Pivot(pivot) => (pivot.reads)(state),
            NodeCode::Wait(wait) => (wait.reads)(state),
            NodeCode::Missing | NodeCode::Legs | NodeCode::Timer(_) => Vec::new(),
        }
    }

    fn changes(
        &self,
        occasion: Occasion<'_>,
        state: &AnyState,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let Some(state) = state.downcast_ref::<S>() else {
            return Err(Refusal::new("internal", CodeError::OtherState.to_string()));
        };
        let life = &self.lifecycle;
        match occasion {
            Occasion::Node(node) => match self.at(node) {
                NodeCode::Step(step) => step.changes(state, loaded, moment),
                NodeCode::Pivot(pivot) => (pivot.changes)(state, loaded, moment),
                NodeCode::Wait(wait) => (wait.changes)(state, loaded, moment),
                NodeCode::Missing | NodeCode::Legs | NodeCode::Timer(_) => Ok(Changes::none()),
            },
            Occasion::Started => life.started(state, loaded, moment),
            Occasion::Refused(refusal) => life.refused(state, refusal, loaded, moment),
            Occasion::Completed => life.completed(state, loaded, moment),
            Occasion::Parked(parked) => life.parked(state, parked, loaded, moment),
            Occasion::Resumed(resumed) => life.resumed(state, resumed, loaded, moment),
        }
    }

    fn at_risk(&self, state: &AnyState) -> AtRisk {
        state
            .downcast_ref::<S>()
            .map(State::at_risk)
            .unwrap_or_default()
    }

    fn give_up_at(&self, state: &AnyState) -> Option<Timestamp> {
        state.downcast_ref::<S>().and_then(State::give_up_at)
    }

    fn next_action(&self, node: usize, code: &str) -> &'static str {
        match self.at(node) {
            NodeCode::Step(step) => step.next_action(code),
            NodeCode::Wait(wait) => (wait.next_action)(code),
            NodeCode::Missing => {
                "Install a build that has this step, or retire the instance by hand."
            }
            NodeCode::Legs | NodeCode::Pivot(_) | NodeCode::Timer(_) => "Retry the node.",
        }
    }
}
