//! Steps and waits with something added: a condition, an alternative, another name.

use crate::code::WithoutUndo;
use crate::define::{
    AnyStep, Await, Condition, Loaded, Moment, OnDeadline, Placement, Retry, Reversible, State,
    Step,
};
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// A step that runs, or a wait that waits, only when a condition holds.
pub struct When<T, S> {
    step: T,
    name: &'static str,
    holds: fn(&S) -> bool,
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
    step: T,
    id: &'static str,
}

/// What every wait can be given where it stands in a chain.
pub trait AwaitExt<S: State>: Await<S> + Sized {
    /// Only when the condition holds, as for a [step](StepExt::when).
    fn when(self, name: &'static str, holds: fn(&S) -> bool) -> When<Self, S> {
        When {
            step: self,
            name,
            holds,
        }
    }
}

impl<S: State, T: Await<S>> AwaitExt<S> for T {}

/// What every step can be given where it stands in a chain.
pub trait StepExt<S: State>: Step<S> {
    /// Only when the condition holds; its name, not its code, belongs to the definition.
    ///
    /// The answer is journaled once and never asked again.
    fn when(self, name: &'static str, holds: fn(&S) -> bool) -> When<Self, S> {
        When {
            step: self,
            name,
            holds,
        }
    }

    /// The other way when this one is refused; only after the pivot, where nothing is undone.
    fn or<B: Step<S>>(self, alternative: B) -> Or<Self, S> {
        Or::new(self, alternative)
    }

    /// Under another node id, for a step that stands twice in one workflow.
    fn named(self, id: &'static str) -> Named<Self> {
        Named { step: self, id }
    }
}

impl<S: State, T: Step<S>> StepExt<S> for T {}

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
    fn new<B: Step<S>>(step: T, alternative: B) -> Self {
        let placed = alternative.placement();
        Self {
            step,
            alternative: Arc::new(WithoutUndo::new(alternative)),
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

        fn choose(
            state: &$state,
            out: Self::Out,
            loaded: &Loaded,
            moment: &Moment,
        ) -> Result<Self::Out, Refusal> {
            T::choose(state, out, loaded, moment)
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

    fn asks(state: &S) -> Option<Refusal> {
        T::asks(state)
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
