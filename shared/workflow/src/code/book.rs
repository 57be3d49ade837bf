//! The code of one definition's nodes, by index, behind an untyped face.

use super::placed::Bound;
use crate::define::{AtRisk, Lifecycle, Loaded, Moment, Parked, Resumed, State};
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

/// A workflow's state, its type forgotten.
pub(crate) type Data = Arc<dyn Any + Send + Sync>;
/// An attempt under way: answers the result as JSON.
pub(crate) type Attempt = BoxFuture<'static, Result<Box<RawValue>, Fault>>;
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
pub(crate) trait Codebook: Send + Sync {
    fn decode(&self, state: &RawValue) -> Result<Data, CodeError>;
    fn encode(&self, state: &Data) -> Result<Box<RawValue>, CodeError>;
    fn has(&self, node: usize) -> bool;
    /// Whether every condition of the node holds; none if one of them is not in this build.
    fn holds(&self, node: usize, state: &Data) -> Option<bool>;
    fn length(&self, node: usize, state: &Data) -> Option<Duration>;
    fn run(&self, node: usize, delivery: Delivery, state: &Data) -> Option<Attempt>;
    fn undo(&self, node: usize, delivery: Delivery, state: &Data) -> Option<Attempt>;
    /// Folds what a node brought; the JSON is read, the moment is the entry's.
    fn record(
        &self,
        node: usize,
        state: &mut Data,
        out: &RawValue,
        moment: &Moment,
    ) -> Result<(), CodeError>;
    fn readable(&self, node: usize, state: &Data, out: &RawValue) -> Result<(), CodeError>;
    fn reads(&self, occasion: Occasion<'_>, state: &Data) -> Vec<RecordRef>;
    fn changes(
        &self,
        occasion: Occasion<'_>,
        state: &Data,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal>;
    fn at_risk(&self, state: &Data) -> AtRisk;
    fn next_action(&self, node: usize, code: &str) -> &'static str;
}

/// The conditions of one node; none where this build does not have it.
pub(super) type Conditions<S> = Vec<Option<fn(&S) -> bool>>;

pub(super) struct Book<S> {
    pub(super) bound: Vec<Bound<S>>,
    pub(super) conditions: Vec<Conditions<S>>,
    pub(super) lifecycle: Arc<dyn Lifecycle<S>>,
}

impl<S: State> Book<S> {
    fn at(&self, node: usize) -> &Bound<S> {
        self.bound.get(node).unwrap_or(&Bound::Missing)
    }

    fn state(data: &Data) -> Option<Arc<S>> {
        Arc::downcast(Arc::clone(data)).ok()
    }
}

impl<S: State> Codebook for Book<S> {
    fn decode(&self, state: &RawValue) -> Result<Data, CodeError> {
        let state: S = serde_json::from_str(state.get()).map_err(unreadable("the state"))?;
        Ok(Arc::new(state))
    }

    fn encode(&self, state: &Data) -> Result<Box<RawValue>, CodeError> {
        let state = state.downcast_ref::<S>().ok_or(CodeError::OtherState)?;
        serde_json::value::to_raw_value(state).map_err(unreadable("the state"))
    }

    fn has(&self, node: usize) -> bool {
        !matches!(self.at(node), Bound::Missing)
    }

    fn holds(&self, node: usize, state: &Data) -> Option<bool> {
        let state = state.downcast_ref::<S>()?;
        let mut holds = true;
        for condition in self.conditions.get(node)? {
            holds &= (*condition)?(state);
        }
        Some(holds)
    }

    fn length(&self, node: usize, state: &Data) -> Option<Duration> {
        let Bound::Timer(length) = self.at(node) else {
            return None;
        };
        state.downcast_ref::<S>().map(*length)
    }

    fn run(&self, node: usize, delivery: Delivery, state: &Data) -> Option<Attempt> {
        let Bound::Step(step) = self.at(node) else {
            return None;
        };
        Some(Arc::clone(step).run(delivery, Self::state(state)?))
    }

    fn undo(&self, node: usize, delivery: Delivery, state: &Data) -> Option<Attempt> {
        let Bound::Step(step) = self.at(node) else {
            return None;
        };
        Arc::clone(step).undo(delivery, Self::state(state)?)
    }

    fn record(
        &self,
        node: usize,
        state: &mut Data,
        out: &RawValue,
        moment: &Moment,
    ) -> Result<(), CodeError> {
        let mut next = state
            .downcast_ref::<S>()
            .ok_or(CodeError::OtherState)?
            .clone();
        match self.at(node) {
            Bound::Missing => return Err(CodeError::Missing(node)),
            Bound::Group | Bound::Timer(_) => return Ok(()),
            Bound::Step(step) => step
                .record(&mut next, out)
                .map_err(unreadable("the step's result"))?,
            Bound::Pivot(pivot) => (pivot.record)(&mut next, moment),
            Bound::Wait(wait) => (wait.record)(&mut next, out).map_err(unreadable("the signal"))?,
        }
        *state = Arc::new(next);
        Ok(())
    }

    fn readable(&self, node: usize, state: &Data, out: &RawValue) -> Result<(), CodeError> {
        match self.at(node) {
            Bound::Missing => Err(CodeError::Missing(node)),
            Bound::Group | Bound::Timer(_) | Bound::Pivot(_) => Ok(()),
            Bound::Wait(wait) => (wait.readable)(out).map_err(unreadable("the signal")),
            Bound::Step(step) => {
                let mut trial = state
                    .downcast_ref::<S>()
                    .ok_or(CodeError::OtherState)?
                    .clone();
                step.record(&mut trial, out)
                    .map_err(unreadable("the step's result"))
            }
        }
    }

    fn reads(&self, occasion: Occasion<'_>, state: &Data) -> Vec<RecordRef> {
        let Some(state) = state.downcast_ref::<S>() else {
            return Vec::new();
        };
        let Occasion::Node(node) = occasion else {
            return self.lifecycle.reads(state);
        };
        match self.at(node) {
            Bound::Step(step) => step.reads(state),
            Bound::Pivot(pivot) => (pivot.reads)(state),
            Bound::Wait(wait) => (wait.reads)(state),
            Bound::Missing | Bound::Group | Bound::Timer(_) => Vec::new(),
        }
    }

    fn changes(
        &self,
        occasion: Occasion<'_>,
        state: &Data,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let Some(state) = state.downcast_ref::<S>() else {
            return Err(Refusal::new("internal", CodeError::OtherState.to_string()));
        };
        let life = &self.lifecycle;
        match occasion {
            Occasion::Node(node) => match self.at(node) {
                Bound::Step(step) => step.changes(state, loaded, moment),
                Bound::Pivot(pivot) => (pivot.commit)(state, loaded, moment),
                Bound::Wait(wait) => (wait.changes)(state, loaded, moment),
                Bound::Missing | Bound::Group | Bound::Timer(_) => Ok(Changes::none()),
            },
            Occasion::Started => life.started(state, loaded, moment),
            Occasion::Refused(refusal) => life.refused(state, refusal, loaded, moment),
            Occasion::Completed => life.completed(state, loaded, moment),
            Occasion::Parked(parked) => life.parked(state, parked, loaded, moment),
            Occasion::Resumed(resumed) => life.resumed(state, resumed, loaded, moment),
        }
    }

    fn at_risk(&self, state: &Data) -> AtRisk {
        state
            .downcast_ref::<S>()
            .map(State::at_risk)
            .unwrap_or_default()
    }

    fn next_action(&self, node: usize, code: &str) -> &'static str {
        match self.at(node) {
            Bound::Step(step) => step.next_action(code),
            Bound::Wait(wait) => (wait.next_action)(code),
            Bound::Missing => "Install a build that has this step, or retire the instance by hand.",
            Bound::Group | Bound::Pivot(_) | Bound::Timer(_) => "Retry the node.",
        }
    }
}
