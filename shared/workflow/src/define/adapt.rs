//! Steps and waits with something added: a condition, an alternative, another name.

use crate::code::{AnyStep, Condition, Forward, Placement};
use crate::define::{Await, Loaded, Moment, OnDeadline, Retry, Reversible, State, Step};
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// A step that runs, or a wait that waits, only when a condition holds.
pub struct When<T, S> {
    pub(crate) step: T,
    pub(crate) name: &'static str,
    pub(crate) holds: fn(&S) -> bool,
}

/// A step with another way for when it is refused.
pub struct Or<T, S> {
    step: T,
    alternative: Arc<dyn AnyStep<S>>,
    placed: Placement<S>,
}

/// A step under another node id.
#[derive(Debug)]
pub struct Named<T> {
    pub(crate) step: T,
    pub(crate) id: &'static str,
}

impl<T, S> When<T, S> {
    /// The placement with this condition beside those that it has.
    fn guard(&self, mut placement: Placement<S>) -> Placement<S> {
        placement.conditions.push(Condition {
            name: self.name,
            holds: self.holds,
        });
        placement
    }
}

impl<T: Step<S>, S: State> Or<T, S> {
    pub(crate) fn new<B: Step<S>>(step: T, alternative: B) -> Self {
        let placed = alternative.placement();
        Self {
            step,
            alternative: Arc::new(Forward::new(alternative)),
            placed,
        }
    }
}

impl<T, S> fmt::Debug for When<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "When({})", self.name)
    }
}

impl<T, S> fmt::Debug for Or<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Or({})", self.placed.id)
    }
}

/// Everything of a step but its placement is the wrapped step's.
macro_rules! delegate {
    ($state:ty) => {
        const NAME: &'static str = T::NAME;
        const MAJOR: u16 = T::MAJOR;
        const RETRY: Retry = T::RETRY;
        type Out = T::Out;

        fn run(
            &self,
            delivery: &Delivery,
            state: &$state,
        ) -> impl Future<Output = Result<Self::Out, Fault>> + Send {
            self.step.run(delivery, state)
        }

        fn record(state: &mut $state, out: Self::Out) {
            T::record(state, out);
        }

        fn reads(state: &$state) -> Vec<RecordRef> {
            T::reads(state)
        }

        fn changes(state: &$state, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
            T::changes(state, loaded, moment)
        }

        fn next_action(code: &str) -> &'static str {
            T::next_action(code)
        }
    };
}

impl<T: Step<S>, S: State> Step<S> for When<T, S> {
    delegate!(S);

    fn placement(&self) -> Placement<S> {
        self.guard(self.step.placement())
    }
}

impl<T: Await<S>, S: State> Await<S> for When<T, S> {
    const NAME: &'static str = T::NAME;
    const MAJOR: u16 = T::MAJOR;
    const DEADLINE: Duration = T::DEADLINE;
    type Signal = T::Signal;

    fn record(state: &mut S, signal: Self::Signal) {
        T::record(state, signal);
    }

    fn reads(state: &S) -> Vec<RecordRef> {
        T::reads(state)
    }

    fn changes(state: &S, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        T::changes(state, loaded, moment)
    }

    fn on_deadline() -> OnDeadline {
        T::on_deadline()
    }

    fn next_action(code: &str) -> &'static str {
        T::next_action(code)
    }

    fn placement(&self) -> Placement<S> {
        self.guard(self.step.placement())
    }
}

impl<T: Step<S>, S: State> Step<S> for Or<T, S> {
    delegate!(S);

    fn placement(&self) -> Placement<S> {
        let mut placement = self.step.placement();
        let alternative = (Arc::clone(&self.alternative), self.placed.clone());
        placement.alternatives.push(alternative);
        placement
    }
}

impl<T: Step<S>, S: State> Step<S> for Named<T> {
    delegate!(S);

    fn placement(&self) -> Placement<S> {
        Placement {
            id: self.id,
            ..self.step.placement()
        }
    }
}

impl<T: Reversible<S>, S: State> Reversible<S> for When<T, S> {
    fn undo(
        &self,
        delivery: &Delivery,
        state: &S,
    ) -> impl Future<Output = Result<(), Fault>> + Send {
        self.step.undo(delivery, state)
    }
}

impl<T: Reversible<S>, S: State> Reversible<S> for Named<T> {
    fn undo(
        &self,
        delivery: &Delivery,
        state: &S,
    ) -> impl Future<Output = Result<(), Fault>> + Send {
        self.step.undo(delivery, state)
    }
}
