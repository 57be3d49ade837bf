//! How a step stands in a chain: its node id with conditions and alternatives.

use crate::define::{Loaded, Moment, Retry};
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;

/// An attempt in flight: answers the result as JSON.
pub(crate) type AttemptFuture = BoxFuture<'static, Result<Box<RawValue>, Fault>>;

/// What a completion has chosen, as JSON, or why it may not complete.
pub(crate) type Chosen = Result<Box<RawValue>, Refusal>;

/// What a step is called and how it is repeated.
#[derive(Debug, Clone, Copy)]
pub struct StepFacts {
    pub(crate) name: &'static str,
    pub(crate) major: u16,
    pub(crate) retry: Retry,
}

/// A condition, of which only the name belongs to the definition.
pub struct Condition<S> {
    pub(crate) name: &'static str,
    pub(crate) holds: fn(&S) -> bool,
}

impl<S> Clone for Condition<S> {
    fn clone(&self) -> Self {
        Self {
            name: self.name,
            holds: self.holds,
        }
    }
}

/// How a step stands in a chain.
pub struct Placement<S> {
    pub(crate) id: &'static str,
    pub(crate) conditions: Vec<Condition<S>>,
    pub(crate) alternatives: Vec<(Arc<dyn AnyStep<S>>, Self)>,
}

impl<S> Placement<S> {
    pub(crate) fn plain(id: &'static str) -> Self {
        Self {
            id,
            conditions: Vec::new(),
            alternatives: Vec::new(),
        }
    }
}

impl<S> Clone for Placement<S> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            conditions: self.conditions.clone(),
            alternatives: self.alternatives.clone(),
        }
    }
}

impl<S> fmt::Debug for Placement<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Placement")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for Condition<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({})", self.name)
    }
}

/// A step whose type is forgotten.
pub trait AnyStep<S>: Send + Sync {
    #[doc(hidden)]
    fn facts(&self) -> StepFacts;
    #[doc(hidden)]
    fn run(self: Arc<Self>, delivery: Delivery, state: Arc<S>) -> AttemptFuture;
    #[doc(hidden)]
    fn undo(self: Arc<Self>, delivery: Delivery, state: Arc<S>) -> Option<AttemptFuture>;
    #[doc(hidden)]
    fn record(&self, state: &mut S, out: &RawValue) -> Result<(), serde_json::Error>;
    #[doc(hidden)]
    fn reads(&self, state: &S) -> Vec<RecordRef>;
    #[doc(hidden)]
    fn choose(
        &self,
        state: &S,
        out: &RawValue,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Chosen, serde_json::Error>;
    #[doc(hidden)]
    fn changes(&self, state: &S, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal>;
    #[doc(hidden)]
    fn next_action(&self, code: &str) -> &'static str;
}
