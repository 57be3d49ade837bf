//! One entry's way onto an instance, and why it may be refused.

use crate::code::CodeError;
use crate::core::{Code, Instance, NodeState, NodeStatus, Phase};
use crate::define::{Definition, Node};
use crossdock_model::Timestamp;

/// An entry that cannot follow on what is there.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Illegal {
    #[error("{entry} cannot follow: node {n} is {status:?} while the instance is {phase:?}")]
    Transition {
        entry: &'static str,
        n: usize,
        status: NodeStatus,
        phase: Phase,
    },
    #[error("{entry} cannot follow while the instance is {phase:?}")]
    Phase { entry: &'static str, phase: Phase },
    #[error("the definition has no node {0}")]
    NoNode(usize),
    #[error(transparent)]
    Code(#[from] CodeError),
}

/// One entry's way onto an instance.
pub(super) struct Fold<'a> {
    pub(super) definition: &'a Definition,
    pub(super) instance: &'a mut Instance,
    pub(super) at: Timestamp,
    pub(super) code: &'a dyn Code,
}

impl Fold<'_> {
    pub(super) fn wrong_phase(&self, entry: &'static str) -> Illegal {
        Illegal::Phase {
            entry,
            phase: self.instance.phase,
        }
    }

    pub(super) fn node(&self, n: usize) -> Result<&Node, Illegal> {
        self.definition.node(n).ok_or(Illegal::NoNode(n))
    }

    /// The node, if it stands in one of those places while the instance runs.
    pub(super) fn from(
        &mut self,
        entry: &'static str,
        n: usize,
        allowed: &[NodeStatus],
    ) -> Result<&mut NodeState, Illegal> {
        let phase = self.instance.phase;
        let node_state = self.instance.nodes.get_mut(n).ok_or(Illegal::NoNode(n))?;
        let alive = matches!(phase, Phase::Forward | Phase::Backward);
        if alive && allowed.contains(&node_state.status) {
            return Ok(node_state);
        }
        Err(Illegal::Transition {
            entry,
            n,
            status: node_state.status,
            phase,
        })
    }

    pub(super) fn settle(
        &mut self,
        entry: &'static str,
        n: usize,
        from: &[NodeStatus],
        to: NodeStatus,
    ) -> Result<(), Illegal> {
        let node_state = self.from(entry, n, from)?;
        node_state.status = to;
        node_state.due = None;
        node_state.parked = None;
        Ok(())
    }
}
