//! The builder that reads aloud.

use crate::code::{Binding, Both, Bound, Forward, PivotCode, WaitCode};
use crate::define::check::check;
use crate::define::part::{Flat, Part, code_of, stepping};
use crate::define::{
    Admits, After, Await, Before, Definition, DefinitionError, Kind, Lifecycle, MayPivot, Phase,
    Pivot, Reversible, State, Step, Undo, Undoes, Workflow,
};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// Begins a workflow's definition.
pub fn workflow<S: State>(name: &'static str) -> Chain<S, Before> {
    Chain {
        name,
        parts: Vec::new(),
        book: Binding::new(),
        phase: PhantomData,
    }
}

/// Begins a leg, for [`Chain::all`].
pub fn leg<S: State, P: Phase>() -> Chain<S, P> {
    Chain {
        name: "",
        parts: Vec::new(),
        book: Binding::new(),
        phase: PhantomData,
    }
}

/// A chain of nodes under construction.
pub struct Chain<S, P> {
    name: &'static str,
    parts: Vec<Part<S>>,
    book: Binding<S>,
    phase: PhantomData<P>,
}

impl<S: State, P: Phase> Chain<S, P> {
    /// The next step.
    #[must_use]
    pub fn step<T: Step<S>>(self, step: T) -> Self
    where
        P: Admits<S, T>,
    {
        let placement = step.placement();
        let (code, undo) = P::erase(step);
        self.push(stepping(code, placement, Kind::Step { undo }))
    }

    /// A step before the pivot that needs no undo, and why.
    #[must_use]
    pub fn step_without_undo<T: Step<S>>(self, step: T, why: &str) -> Self
    where
        P: Undoes,
    {
        let placement = step.placement();
        let undo = Undo::Needless {
            why: why.to_owned(),
        };
        self.push(stepping(
            Arc::new(Forward::new(step)),
            placement,
            Kind::Step { undo },
        ))
    }

    /// An outward read: nothing to undo, only its result is journaled.
    #[must_use]
    pub fn read<T: Step<S>>(self, step: T) -> Self {
        let placement = step.placement();
        self.push(stepping(
            Arc::new(Forward::new(step)),
            placement,
            Kind::Read,
        ))
    }

    /// The point of no return.
    #[must_use]
    pub fn pivot<T: Pivot<S>>(self, _pivot: T) -> Chain<S, After>
    where
        P: MayPivot,
    {
        let part = Part::new(
            T::NAME,
            T::MAJOR,
            Kind::Pivot,
            Bound::Pivot(PivotCode::of::<T>()),
        );
        let Self {
            name, parts, book, ..
        } = self.push(part);
        Chain {
            name,
            parts,
            book,
            phase: PhantomData,
        }
    }

    /// Legs side by side; what follows waits for all of them.
    #[must_use]
    pub fn all<const N: usize>(self, legs: [(&'static str, Chain<S, P::Leg>); N]) -> Self {
        let names: Vec<&str> = legs.iter().map(|(name, _)| *name).collect();
        let id = format!("all({})", names.join(","));
        let mut part = Part::new(&id, 1, Kind::All { legs: Vec::new() }, Bound::Group);
        part.legs = legs
            .into_iter()
            .map(|(name, leg)| (name, leg.parts))
            .collect();
        self.push(part)
    }

    /// A signal from outside.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a chain takes its parts, so that the definition reads aloud"
    )]
    pub fn wait<T: Await<S>>(self, signal: T) -> Self {
        let deadline_ms = u64::try_from(T::DEADLINE.as_millis()).unwrap_or(u64::MAX);
        let kind = Kind::Wait {
            deadline_ms,
            on_deadline: T::on_deadline(),
        };
        let part = Part::new(T::NAME, T::MAJOR, kind, Bound::Wait(WaitCode::of::<T>()));
        self.push(part.placed(signal.placement()))
    }

    /// A pause, measured when it is reached.
    #[must_use]
    pub fn timer(self, name: &'static str, length: fn(&S) -> Duration) -> Self {
        self.push(Part::new(name, 1, Kind::Timer, Bound::Timer(length)))
    }

    /// What it writes about its own life.
    #[must_use]
    pub fn lifecycle(mut self, lifecycle: impl Lifecycle<S>) -> Self {
        self.book.lifecycle = Arc::new(lifecycle);
        self
    }

    /// A step that this definition no longer mentions, while instances of older ones still do.
    #[must_use]
    pub fn retired<T: Step<S>>(mut self, step: T) -> Self {
        let code = code_of(T::NAME, T::MAJOR);
        self.book.retire(
            step.placement(),
            code,
            Bound::Step(Arc::new(Forward::new(step))),
        );
        self
    }

    /// Like [`retired`](Self::retired), for a step that older definitions may have to undo.
    #[must_use]
    pub fn retired_reversible<T: Reversible<S>>(mut self, step: T) -> Self {
        let code = code_of(T::NAME, T::MAJOR);
        self.book.retire(
            step.placement(),
            code,
            Bound::Step(Arc::new(Both::new(step))),
        );
        self
    }

    /// Checks it and numbers its nodes.
    pub fn build(self) -> Result<Workflow, DefinitionError> {
        let name = self.name.to_owned();
        let mut flat = Flat {
            nodes: Vec::new(),
            book: self.book,
        };
        let root = flat.chain(self.parts);
        let Flat { nodes, book } = flat;
        let definition = Definition { name, nodes, root };
        check(&definition)?;
        let hash =
            crate::define::hash(&definition).map_err(|error| DefinitionError::Unwritable {
                workflow: definition.name.clone(),
                why: error.to_string(),
            })?;
        Ok(Workflow {
            hash: hash.into(),
            definition: Arc::new(definition),
            code: Arc::new(book),
        })
    }

    fn push(mut self, part: Part<S>) -> Self {
        self.parts.push(part);
        self
    }
}

impl<S, P> fmt::Debug for Chain<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
