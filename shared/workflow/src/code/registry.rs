//! All code of one workflow, and how a definition finds its own in it.

use super::bound::{BoundCode, TypedCode};
use super::erased::NodeCode;
use crate::define::{Condition, Definition, Kind, Lifecycle, Node, Placement, State};
use serde_json::value::RawValue;
use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

/// The lifecycle of a workflow that registers none.
struct NoHooks;
impl<S: State> Lifecycle<S> for NoHooks {}

/// All code of one workflow, by node and by name.
pub(crate) struct CodeRegistry<S> {
    /// By node id and code: two nodes may share a step's name with different settings.
    placed: HashMap<(String, String), NodeCode<S>>,
    /// By code alone, for older definitions.
    named: HashMap<String, NodeCode<S>>,
    conditions: HashMap<String, fn(&S) -> bool>,
    pub(crate) lifecycle: Arc<dyn Lifecycle<S>>,
}

impl<S: State> CodeRegistry<S> {
    pub(crate) fn new() -> Self {
        Self {
            placed: HashMap::new(),
            named: HashMap::new(),
            conditions: HashMap::new(),
            lifecycle: Arc::new(NoHooks),
        }
    }

    pub(crate) fn bind(&mut self, node: &Node, bound: NodeCode<S>, conditions: Vec<Condition<S>>) {
        self.name_conditions(conditions);
        self.named
            .entry(node.code.clone())
            .or_insert_with(|| bound.clone());
        self.placed
            .insert((node.id.clone(), node.code.clone()), bound);
    }

    pub(crate) fn retire(&mut self, placement: Placement<S>, code: String, bound: NodeCode<S>) {
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

    fn find(&self, node: &Node) -> NodeCode<S> {
        if matches!(node.kind, Kind::All { .. }) {
            return NodeCode::Legs;
        }
        let name = (node.id.clone(), node.code.clone());
        let bound = self
            .placed
            .get(&name)
            .or_else(|| self.named.get(&node.code));
        bound.cloned().unwrap_or(NodeCode::Missing)
    }
}

/// Code that can be bound to any definition of its workflow, also a stored one.
pub(crate) trait Resolve: Send + Sync {
    fn resolve(&self, definition: &Arc<Definition>) -> Arc<dyn BoundCode>;
    fn encode(&self, state: &dyn Any) -> Option<Box<RawValue>>;
}

impl<S: State> Resolve for CodeRegistry<S> {
    fn resolve(&self, definition: &Arc<Definition>) -> Arc<dyn BoundCode> {
        let conditions = |node: &Node| {
            node.when
                .iter()
                .map(|name| self.conditions.get(name).copied())
                .collect()
        };
        Arc::new(TypedCode {
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
