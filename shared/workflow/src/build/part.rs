//! Nodes with their code, placed in a chain before they are numbered.

use crate::code::{CodeRegistry, NodeCode};
use crate::define::{AnyStep, Kind, Leg, Node, Placement, State};
use std::sync::Arc;

/// A node with its code, not yet numbered.
pub(super) struct Part<S> {
    node: Node,
    bound: NodeCode<S>,
    placement: Placement<S>,
    pub(super) legs: Vec<(&'static str, Vec<Self>)>,
}

pub(super) fn code_of(name: &str, major: u16) -> String {
    format!("{name}@{major}")
}

pub(super) fn stepping<S: State>(
    code: Arc<dyn AnyStep<S>>,
    placement: Placement<S>,
    kind: Kind,
) -> Part<S> {
    let facts = code.facts();
    let mut part = Part::new(placement.id, facts.major, kind, NodeCode::Step(code));
    part.node.code = code_of(facts.name, facts.major);
    part.node.retry = Some(facts.retry.stored());
    part.placed(placement)
}

impl<S: State> Part<S> {
    pub(super) fn new(id: &str, major: u16, kind: Kind, bound: NodeCode<S>) -> Self {
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

    /// With its conditions, by name, and its alternatives.
    pub(super) fn placed(mut self, placement: Placement<S>) -> Self {
        let names = placement.conditions.iter();
        self.node.when = names.map(|given| given.name.to_owned()).collect();
        self.placement = placement;
        self
    }
}

/// Parts in reading order, each under its number.
pub(super) struct Flat<S> {
    pub(super) nodes: Vec<Node>,
    pub(super) code: CodeRegistry<S>,
}

impl<S: State> Flat<S> {
    pub(super) fn chain(&mut self, parts: Vec<Part<S>>) -> Vec<usize> {
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
        self.code.bind(&node, bound, placement.conditions);
        self.nodes.push(node);
        self.nodes.len() - 1
    }
}
