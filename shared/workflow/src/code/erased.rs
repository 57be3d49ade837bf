//! Steps, pivots and waits whose types are forgotten.

use crate::define::{
    AnyStep, AttemptFuture, Await, Chosen, Loaded, Moment, Pivot, Reversible, State, Step,
    StepFacts,
};
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;

/// A step as it is used after the pivot, or where it needs no undo.
pub(crate) struct WithoutUndo<T>(T);
/// A step with its undo.
pub(crate) struct WithUndo<T>(T);

impl<T> WithoutUndo<T> {
    pub(crate) fn new(step: T) -> Self {
        Self(step)
    }
}

impl<T> WithUndo<T> {
    pub(crate) fn new(step: T) -> Self {
        Self(step)
    }
}

/// From bytes, as records and bodies are read: a reader of its own for text would be every type's code once more.
pub(super) fn read<T: DeserializeOwned>(json: &RawValue) -> Result<T, serde_json::Error> {
    serde_json::from_slice(json.get().as_bytes())
}

fn written<T: Serialize>(out: &T) -> Result<Box<RawValue>, Fault> {
    serde_json::value::to_raw_value(out).map_err(|error| {
        Fault::poison(format!(
            "the step's result cannot be written as JSON: {error}"
        ))
    })
}

macro_rules! any_step {
    () => {
        fn facts(&self) -> StepFacts {
            StepFacts {
                name: T::NAME,
                major: T::MAJOR,
                retry: T::RETRY,
            }
        }

        fn run(self: Arc<Self>, delivery: Delivery, state: Arc<S>) -> AttemptFuture {
            Box::pin(async move { written(&self.0.run(&delivery, &state).await?) })
        }

        fn record(&self, state: &mut S, out: &RawValue) -> Result<(), serde_json::Error> {
            T::record(state, read(out)?);
            Ok(())
        }

        fn reads(&self, state: &S) -> Vec<RecordRef> {
            T::reads(state)
        }

        fn choose(
            &self,
            state: &S,
            out: &RawValue,
            loaded: &Loaded,
            moment: &Moment,
        ) -> Result<Chosen, serde_json::Error> {
            chosen(T::choose(state, read(out)?, loaded, moment))
        }

        fn changes(&self, state: &S, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
            T::changes(state, loaded, moment)
        }

        fn next_action(&self, code: &str) -> &'static str {
            T::next_action(code)
        }
    };
}

impl<S: State, T: Step<S>> AnyStep<S> for WithoutUndo<T> {
    any_step!();

    fn undo(self: Arc<Self>, _delivery: Delivery, _state: Arc<S>) -> Option<AttemptFuture> {
        None
    }
}

impl<S: State, T: Reversible<S>> AnyStep<S> for WithUndo<T> {
    any_step!();

    fn undo(self: Arc<Self>, delivery: Delivery, state: Arc<S>) -> Option<AttemptFuture> {
        Some(Box::pin(async move {
            written(&self.0.undo(&delivery, &state).await?)
        }))
    }
}

fn chosen<T: Serialize>(out: Result<T, Refusal>) -> Result<Chosen, serde_json::Error> {
    match out {
        Ok(out) => serde_json::value::to_raw_value(&out).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

type Reads<S> = fn(&S) -> Vec<RecordRef>;
type Record<S> = fn(&mut S, &RawValue) -> Result<(), serde_json::Error>;
type Choose<S> = fn(&S, &Loaded, &Moment) -> Result<Chosen, serde_json::Error>;
type ChangesOf<S> = fn(&S, &Loaded, &Moment) -> Result<Changes, Refusal>;

/// A pivot whose type is forgotten.
pub(crate) struct PivotCode<S> {
    pub(super) reads: Reads<S>,
    pub(super) choose: Choose<S>,
    pub(super) record: Record<S>,
    pub(super) changes: ChangesOf<S>,
}

impl<S: State> PivotCode<S> {
    pub(crate) fn of<T: Pivot<S>>() -> Self {
        Self {
            reads: T::reads,
            choose: |state, loaded, moment| chosen(T::choose(state, loaded, moment)),
            record: |state, out| {
                T::record(state, read(out)?);
                Ok(())
            },
            changes: T::changes,
        }
    }
}

/// A wait whose type is forgotten.
pub(crate) struct WaitCode<S> {
    pub(super) record: Record<S>,
    pub(super) readable: fn(&RawValue) -> Result<(), serde_json::Error>,
    pub(super) asks: fn(&S) -> Option<Refusal>,
    pub(super) reads: Reads<S>,
    pub(super) changes: ChangesOf<S>,
    pub(super) next_action: fn(&str) -> &'static str,
}

impl<S: State> WaitCode<S> {
    pub(crate) fn of<T: Await<S>>() -> Self {
        Self {
            record: |state, payload| {
                T::record(state, read(payload)?);
                Ok(())
            },
            readable: |payload| read::<T::Signal>(payload).map(drop),
            asks: T::asks,
            reads: T::reads,
            changes: T::changes,
            next_action: T::next_action,
        }
    }
}

/// The code of one node.
pub(crate) enum NodeCode<S> {
    /// This build does not have it.
    Missing,
    /// It has none: legs side by side.
    Legs,
    Step(Arc<dyn AnyStep<S>>),
    Pivot(PivotCode<S>),
    Wait(WaitCode<S>),
    Timer(fn(&S) -> Duration),
}

impl<S> Clone for NodeCode<S> {
    fn clone(&self) -> Self {
        match self {
            Self::Missing => Self::Missing,
            Self::Legs => Self::Legs,
            Self::Step(step) => Self::Step(Arc::clone(step)),
            Self::Pivot(PivotCode {
                reads,
                choose,
                record,
                changes,
            }) => Self::Pivot(PivotCode {
                reads: *reads,
                choose: *choose,
                record: *record,
                changes: *changes,
            }),
            Self::Wait(WaitCode {
                record,
                readable,
                asks,
                reads,
                changes,
                next_action,
            }) => Self::Wait(WaitCode {
                record: *record,
                readable: *readable,
                asks: *asks,
                reads: *reads,
                changes: *changes,
                next_action: *next_action,
            }),
            Self::Timer(length) => Self::Timer(*length),
        }
    }
}
