//! All code of one workflow, and how a definition finds its own in it.

use super::book::{Book, Codebook};
use super::placed::{Bound, Condition, Placement};
use crate::define::{Definition, Kind, Lifecycle, Node, State};
use serde_json::value::RawValue;
use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

/// A workflow that has nothing to say about its own life.
struct Quiet;
impl<S: State> Lifecycle<S> for Quiet {}

/// All code of one workflow, by node and by name.
pub(crate) struct Binding<S> {
    /// By node id and code: two nodes may share a step's name with different settings.
    placed: HashMap<(String, String), Bound<S>>,
    /// By code alone, for older definitions.
    named: HashMap<String, Bound<S>>,
    conditions: HashMap<String, fn(&S) -> bool>,
    pub(crate) lifecycle: Arc<dyn Lifecycle<S>>,
}

impl<S: State> Binding<S> {
    pub(crate) fn new() -> Self {
        Self {
            placed: HashMap::new(),
            named: HashMap::new(),
            conditions: HashMap::new(),
            lifecycle: Arc::new(Quiet),
        }
    }

    pub(crate) fn bind(&mut self, node: &Node, bound: Bound<S>, conditions: Vec<Condition<S>>) {
        self.name_conditions(conditions);
        self.named
            .entry(node.code.clone())
            .or_insert_with(|| bound.clone());
        self.placed
            .insert((node.id.clone(), node.code.clone()), bound);
    }

    pub(crate) fn retire(&mut self, placement: Placement<S>, code: String, bound: Bound<S>) {
        self.name_conditions(placement.conditions);
        self.placed
            .entry((placement.id.to_owned(), code.clone()))
            .or_insert_with(|| bound.clone());
        self.named.entry(code).or_insert(bound);
    }

    fn name_conditions(&mut self, conditions: Vec<Condition<S>>) {
        for condition in conditions {
            self.conditions
                .insert(condition.name.to_owned(), condition.holds);
        }
    }

    fn find(&self, node: &Node) -> Bound<S> {
        if matches!(node.kind, Kind::All { .. }) {
            return Bound::Group;
        }
        let place = (node.id.clone(), node.code.clone());
        let bound = self
            .placed
            .get(&place)
            .or_else(|| self.named.get(&node.code));
        bound.cloned().unwrap_or(Bound::Missing)
    }
}

/// Code that can be bound to any definition of its workflow, also a kept one.
pub(crate) trait Resolve: Send + Sync {
    fn resolve(&self, definition: &Arc<Definition>) -> Arc<dyn Codebook>;
    fn encode(&self, state: &dyn Any) -> Option<Box<RawValue>>;
}

impl<S: State> Resolve for Binding<S> {
    fn resolve(&self, definition: &Arc<Definition>) -> Arc<dyn Codebook> {
        let conditions = |node: &Node| {
            node.when
                .iter()
                .map(|name| self.conditions.get(name).copied())
                .collect()
        };
        Arc::new(Book {
            bound: definition
                .nodes
                .iter()
                .map(|node| self.find(node))
                .collect(),
            conditions: definition.nodes.iter().map(conditions).collect(),
            lifecycle: Arc::clone(&self.lifecycle),
        })
    }

    fn encode(&self, state: &dyn Any) -> Option<Box<RawValue>> {
        serde_json::value::to_raw_value(state.downcast_ref::<S>()?).ok()
    }
}
