//! The chain under construction: a workflow or a leg, node by node.

use crate::build::part::{Flat, Part, code_of, stepping};
use crate::build::{Admits, After, Before, MayPivot, Phase, Undoes, Workflow};
use crate::code::{CodeRegistry, NodeCode, PivotCode, WaitCode, WithUndo, WithoutUndo};
use crate::define::{
    Await, Definition, DefinitionError, Kind, Lifecycle, Pivot, Reversible, State, Step, Undo,
    check,
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
        code: CodeRegistry::new(),
        phase: PhantomData,
    }
}

/// Begins a leg, for [`Chain::all`].
pub fn leg<S: State, P: Phase>() -> Chain<S, P> {
    Chain {
        name: "",
        parts: Vec::new(),
        code: CodeRegistry::new(),
        phase: PhantomData,
    }
}

/// Begins the definition of a workflow that a fact starts: what a webhook or an event reports, or a shop platform has sold.
///
/// A fact cannot be refused, so its pivot comes first: the instance ends completed or on the desk, never undone.
pub fn on_fact<S: State, T: Pivot<S>>(name: &'static str, pivot: T) -> Chain<S, After> {
    workflow(name).pivot(pivot)
}

/// A chain of nodes under construction.
pub struct Chain<S, P> {
    name: &'static str,
    parts: Vec<Part<S>>,
    code: CodeRegistry<S>,
    phase: PhantomData<P>,
}

impl<S: State, P: Phase> Chain<S, P> {
    /// Adds a step; before the pivot it must be [`Reversible`].
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
            Arc::new(WithoutUndo::new(step)),
            placement,
            Kind::Step { undo },
        ))
    }

    /// An outward read: nothing to undo, only its result is journaled.
    #[must_use]
    pub fn read<T: Step<S>>(self, step: T) -> Self {
        let placement = step.placement();
        self.push(stepping(
            Arc::new(WithoutUndo::new(step)),
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
            NodeCode::Pivot(PivotCode::of::<T>()),
        );
        let Self {
            name, parts, code, ..
        } = self.push(part);
        Chain {
            name,
            parts,
            code,
            phase: PhantomData,
        }
    }

    /// Legs side by side; what follows waits for all of them.
    #[must_use]
    pub fn all<const N: usize>(self, legs: [(&'static str, Chain<S, P::Leg>); N]) -> Self {
        let names: Vec<&str> = legs.iter().map(|(name, _)| *name).collect();
        let id = format!("all({})", names.join(","));
        let mut part = Part::new(&id, 1, Kind::All { legs: Vec::new() }, NodeCode::Legs);
        part.legs = legs
            .into_iter()
            .map(|(name, leg)| (name, leg.parts))
            .collect();
        self.push(part)
    }

    /// Waits for a signal from outside, until its deadline.
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
        let part = Part::new(T::NAME, T::MAJOR, kind, NodeCode::Wait(WaitCode::of::<T>()));
        self.push(part.placed(signal.placement()))
    }

    /// A pause, measured when it is reached.
    #[must_use]
    pub fn timer(self, name: &'static str, length: fn(&S) -> Duration) -> Self {
        self.push(Part::new(name, 1, Kind::Timer, NodeCode::Timer(length)))
    }

    /// Registers its lifecycle hooks: what it writes when it starts, parks, resumes or ends.
    #[must_use]
    pub fn lifecycle(mut self, lifecycle: impl Lifecycle<S>) -> Self {
        self.code.lifecycle = Arc::new(lifecycle);
        self
    }

    /// A step that this definition no longer mentions, while instances of older ones still do.
    #[must_use]
    pub fn retired<T: Step<S>>(mut self, step: T) -> Self {
        let code = code_of(T::NAME, T::MAJOR);
        self.code.retire(
            step.placement(),
            code,
            NodeCode::Step(Arc::new(WithoutUndo::new(step))),
        );
        self
    }

    /// Like [`retired`](Self::retired), for a step that older definitions may have to undo.
    #[must_use]
    pub fn retired_reversible<T: Reversible<S>>(mut self, step: T) -> Self {
        let code = code_of(T::NAME, T::MAJOR);
        self.code.retire(
            step.placement(),
            code,
            NodeCode::Step(Arc::new(WithUndo::new(step))),
        );
        self
    }

    /// Checks it and numbers its nodes.
    pub fn build(self) -> Result<Workflow, DefinitionError> {
        let name = self.name.to_owned();
        let mut flat = Flat {
            nodes: Vec::new(),
            code: self.code,
        };
        let root = flat.chain(self.parts);
        let Flat { nodes, code } = flat;
        let definition = Definition { name, nodes, root };
        check(&definition)?;
        let hash = definition
            .hash()
            .map_err(|error| DefinitionError::Unwritable {
                workflow: definition.name.clone(),
                why: error.to_string(),
            })?;
        Ok(Workflow {
            hash: hash.into(),
            definition: Arc::new(definition),
            code: Arc::new(code),
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
