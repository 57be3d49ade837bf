//! The builder that reads aloud, and refuses at compile time what could not be undone.

use crate::code::{
    AnyStep, Binding, Both, Bound, Forward, PivotCode, Placement, Resolve, WaitCode,
};
use crate::define::{
    Await, Definition, Kind, Leg, Lifecycle, Node, OnDeadline, Pivot, Reversible, State, Step, Undo,
};
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// Where in a workflow a chain stands: before or after the point of no return.
pub trait Phase: Send + Sync + 'static {
    /// The phase of a leg of this chain.
    type Leg: Phase;
}

/// Before the pivot: what is done can be undone.
#[derive(Debug)]
pub struct Before;
/// After the pivot: only forward.
#[derive(Debug)]
pub struct After;
/// A leg before the pivot.
#[derive(Debug)]
pub struct LegBefore;
/// A leg after the pivot.
#[derive(Debug)]
pub struct LegAfter;

impl Phase for Before {
    type Leg = LegBefore;
}
impl Phase for After {
    type Leg = LegAfter;
}
impl Phase for LegBefore {
    type Leg = Self;
}
impl Phase for LegAfter {
    type Leg = Self;
}

/// Which steps a phase admits: before the pivot those with an undo, after it every one.
#[diagnostic::on_unimplemented(
    message = "`{T}` has no undo, and the chain is still before its pivot",
    label = "this step cannot be taken back here",
    note = "implement `Reversible` for it, place it with `.step_without_undo(step, \"why\")` or `.read(step)`, or move it behind `.pivot(..)`"
)]
pub trait Admits<S: State, T> {
    #[doc(hidden)]
    fn erase(step: T) -> (Arc<dyn AnyStep<S>>, Undo);
}

macro_rules! admits {
    ($bound:ident, $wrap:ident, $undo:ident: $($phase:ty),+) => {
        $(impl<S: State, T: $bound<S>> Admits<S, T> for $phase {
            fn erase(step: T) -> (Arc<dyn AnyStep<S>>, Undo) {
                (Arc::new($wrap::new(step)), Undo::$undo)
            }
        })+
    };
}
admits!(Reversible, Both, Reversible: Before, LegBefore);
admits!(Step, Forward, Forward: After, LegAfter);

/// Where the pivot may stand: on the main chain, once.
#[diagnostic::on_unimplemented(
    message = "no pivot may stand here: a workflow has one point of no return, on its main chain",
    label = "a second pivot, or a pivot inside a leg",
    note = "place what must become true together into one pivot before this"
)]
pub trait MayPivot {}
impl MayPivot for Before {}

/// Where something may be declared to need no undo.
#[diagnostic::on_unimplemented(message = "after the pivot nothing is undone: use `.step(..)`")]
pub trait Undoes {}
impl Undoes for Before {}
impl Undoes for LegBefore {}

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

/// A node with its code, not yet numbered.
struct Part<S> {
    node: Node,
    bound: Bound<S>,
    placement: Placement<S>,
    legs: Vec<(&'static str, Vec<Self>)>,
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
    pub fn wait<T: Await<S>>(self, _signal: T) -> Self {
        let deadline_ms = u64::try_from(T::DEADLINE.as_millis()).unwrap_or(u64::MAX);
        let kind = Kind::Wait {
            deadline_ms,
            on_deadline: T::on_deadline(),
        };
        self.push(Part::new(
            T::NAME,
            T::MAJOR,
            kind,
            Bound::Wait(WaitCode::of::<T>()),
        ))
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

fn code_of(name: &str, major: u16) -> String {
    format!("{name}@{major}")
}

fn stepping<S: State>(code: Arc<dyn AnyStep<S>>, placement: Placement<S>, kind: Kind) -> Part<S> {
    let facts = code.facts();
    let mut part = Part::new(placement.id, facts.major, kind, Bound::Step(code));
    part.node.code = code_of(facts.name, facts.major);
    part.node.when = placement
        .conditions
        .iter()
        .map(|given| given.name.to_owned())
        .collect();
    part.node.retry = Some(facts.retry.kept());
    part.placement = placement;
    part
}

impl<S: State> Part<S> {
    fn new(id: &str, major: u16, kind: Kind, bound: Bound<S>) -> Self {
        let node = Node {
            id: id.to_owned(),
            code: code_of(id, major),
            kind,
            when: Vec::new(),
            or: None,
            retry: None,
        };
        Self {
            node,
            bound,
            placement: Placement::plain(""),
            legs: Vec::new(),
        }
    }
}

struct Flat<S> {
    nodes: Vec<Node>,
    book: Binding<S>,
}

impl<S: State> Flat<S> {
    fn chain(&mut self, parts: Vec<Part<S>>) -> Vec<usize> {
        parts.into_iter().map(|part| self.add(part)).collect()
    }

    fn add(&mut self, part: Part<S>) -> usize {
        let Part {
            mut node,
            bound,
            placement,
            legs,
        } = part;
        let kind = node.kind.clone();
        let mut alternatives = placement.alternatives.into_iter().rev();
        let mut other = None;
        // The last alternative is numbered first, so that each can name the next.
        for (code, placed) in alternatives.by_ref() {
            let mut part = stepping(code, placed, kind.clone());
            part.node.or = other;
            other = Some(self.add(part));
        }
        node.or = other.or(node.or);
        if let Kind::All { legs: kept } = &mut node.kind {
            for (name, parts) in legs {
                kept.push(Leg {
                    name: name.to_owned(),
                    chain: self.chain(parts),
                });
            }
        }
        self.book.bind(&node, bound, placement.conditions);
        self.nodes.push(node);
        self.nodes.len() - 1
    }
}

/// Why a definition cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Journals could not tell the two apart.
    #[error("workflow {workflow} has two nodes named {node}: give one of them `.named(\"…\")`")]
    Duplicate {
        /// Which workflow.
        workflow: String,
        /// The name.
        node: String,
    },
    /// A deadline that asks for the impossible.
    #[error(
        "workflow {workflow}: the wait {node} stands after the pivot, where nothing is undone: let it park or proceed"
    )]
    UndoAfterPivot {
        /// Which workflow.
        workflow: String,
        /// Which wait.
        node: String,
    },
    /// There is nothing to do.
    #[error("workflow {workflow} has a chain without a node: leave it out")]
    Empty {
        /// Which workflow.
        workflow: String,
    },
    /// It cannot be hashed.
    #[error("workflow {workflow} cannot be written down: {why}")]
    Unwritable {
        /// Which workflow.
        workflow: String,
        /// The reason.
        why: String,
    },
}

fn check(definition: &Definition) -> Result<(), DefinitionError> {
    let workflow = || definition.name.clone();
    let mut seen = HashSet::new();
    if definition.root.is_empty() {
        return Err(DefinitionError::Empty {
            workflow: workflow(),
        });
    }
    for node in &definition.nodes {
        if !seen.insert(&node.id) {
            return Err(DefinitionError::Duplicate {
                workflow: workflow(),
                node: node.id.clone(),
            });
        }
        if let Kind::All { legs } = &node.kind
            && (legs.is_empty() || legs.iter().any(|leg| leg.chain.is_empty()))
        {
            return Err(DefinitionError::Empty {
                workflow: workflow(),
            });
        }
    }
    let is_pivot = |index: &&usize| {
        definition
            .node(**index)
            .is_some_and(|node| node.kind == Kind::Pivot)
    };
    let Some(pivot) = definition.root.iter().find(is_pivot) else {
        return Ok(());
    };
    // Nodes are numbered in reading order, so what stands after the pivot has a higher number.
    let late = definition.nodes.iter().skip(*pivot).find(|node| {
        matches!(
            node.kind,
            Kind::Wait {
                on_deadline: OnDeadline::Undo,
                ..
            }
        )
    });
    match late {
        Some(node) => Err(DefinitionError::UndoAfterPivot {
            workflow: workflow(),
            node: node.id.clone(),
        }),
        None => Ok(()),
    }
}

/// A checked workflow: its definition, and the code that its nodes bind to.
#[derive(Clone)]
pub struct Workflow {
    pub(crate) hash: Arc<str>,
    pub(crate) definition: Arc<Definition>,
    pub(crate) code: Arc<dyn Resolve>,
}

impl Workflow {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// The definition as data.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// SHA-256 of the definition.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The definition as a Mermaid flowchart.
    pub fn drawing(&self) -> String {
        crate::define::draw(&self.definition)
    }

    /// Every boundary at which a process may die, as `workflow/node/boundary`.
    pub fn crash_points(&self) -> Vec<String> {
        self.definition.crash_points()
    }
}

impl fmt::Debug for Workflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workflow")
            .field("name", &self.name())
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

impl<S, P> fmt::Debug for Chain<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
