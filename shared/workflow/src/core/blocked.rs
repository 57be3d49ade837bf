//! What cannot come about any more unless a person acts.

use crate::core::{Instance, NodeStatus, Phase};
use crate::define::{Definition, Kind};

/// For each node whether it waits for a person, itself or behind another; empty while nobody is needed.
///
/// A parked node blocks its leg and what follows it. Legs beside it go on.
pub(crate) fn blocked(definition: &Definition, instance: &Instance) -> Vec<bool> {
    let parked = |status: NodeStatus| instance.nodes.iter().any(|node| node.status == status);
    match instance.phase {
        Phase::Forward if parked(NodeStatus::Parked) => {
            let mut walk = Walk {
                definition,
                instance,
                blocked: vec![false; instance.nodes.len()],
            };
            walk.chain(&definition.root, false);
            walk.blocked
        }
        // Nothing is done any more, and nothing is over before everything is undone.
        Phase::Backward if parked(NodeStatus::UndoParked) => vec![true; instance.nodes.len()],
        Phase::New | Phase::Forward | Phase::Backward | Phase::Ended(_) => Vec::new(),
    }
}

struct Walk<'a> {
    definition: &'a Definition,
    instance: &'a Instance,
    blocked: Vec<bool>,
}

impl Walk<'_> {
    /// Whether what follows the chain waits for a person.
    fn chain(&mut self, chain: &[usize], before: bool) -> bool {
        chain
            .iter()
            .fold(before, |before, &n| self.visit(n, before))
    }

    fn visit(&mut self, n: usize, before: bool) -> bool {
        let (definition, node_state) = (self.definition, self.instance.node(n).status);
        let mut after = before || node_state == NodeStatus::Parked;
        if let Some(node) = definition.node(n) {
            if let Kind::All { legs } = &node.kind {
                for leg in legs {
                    after |= self.chain(&leg.chain, before);
                }
            }
            if let Some(other) = node.or.filter(|_| node_state == NodeStatus::Refused) {
                after |= self.visit(other, before);
            }
        }
        if let Some(blocked) = self.blocked.get_mut(n) {
            *blocked = after;
        }
        after
    }
}
