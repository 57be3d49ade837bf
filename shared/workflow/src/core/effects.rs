//! The outward attempts that are due, as a function of the instance: recovery is the normal path.

use crate::core::{Instance, NodeState, NodeStatus, Phase};
use crate::define::{Definition, Kind};
use crossdock_model::Timestamp;
use crossdock_store::Status;

/// An attempt that should be in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effect {
    pub(crate) node: usize,
    pub(crate) undo: bool,
    /// Which delivery of its key.
    pub(crate) number: u32,
    pub(crate) intent: u32,
    pub(crate) first_sent: Timestamp,
    pub(crate) last_sent: Timestamp,
}

/// Every attempt that should be in flight.
pub(crate) fn effects(definition: &Definition, instance: &Instance) -> Vec<Effect> {
    let mut wanted = Vec::new();
    for (node, node_state) in instance.nodes.iter().enumerate() {
        let undo = node_state.status == NodeStatus::UndoRunning;
        if undo || node_state.status == NodeStatus::Running {
            wanted.push(effect(node, undo, node_state));
        }
    }
    if instance.phase == Phase::Forward
        && definition.nodes.iter().any(|node| node.kind == Kind::Read)
    {
        let (open, _) = instance.frontier(definition);
        let unannounced = open
            .into_iter()
            .filter(|&n| is_waiting_read(definition, instance, n));
        wanted.extend(unannounced.map(|n| effect(n, false, instance.node(n))));
    }
    wanted
}

fn effect(node: usize, undo: bool, node_state: &NodeState) -> Effect {
    let NodeState {
        sent,
        intent,
        first_sent,
        last_sent,
        ..
    } = *node_state;
    Effect {
        node,
        undo,
        number: sent.max(1),
        intent,
        first_sent,
        last_sent,
    }
}

/// A read without a condition runs as soon as it is reached; nothing is journaled before its result.
pub(crate) fn is_waiting_read(definition: &Definition, instance: &Instance, n: usize) -> bool {
    let plain = |node: &crate::define::Node| node.kind == Kind::Read && node.when.is_empty();
    instance.node(n).status == NodeStatus::Idle && definition.node(n).is_some_and(plain)
}

/// Where the instance stands for lists, and when it must be looked at again.
///
/// A parked instance whose other legs still move is due at once, so that a restart finds it.
pub(crate) fn status_and_due(
    definition: &Definition,
    instance: &Instance,
    now: Timestamp,
) -> (Status, Option<Timestamp>) {
    let (parked, rest, moves) = match instance.phase {
        Phase::Ended(status) => return (status, None),
        Phase::New => return (Status::Running, None),
        Phase::Forward => {
            let (open, _) = instance.frontier(definition);
            let at = |n: &usize| instance.node(*n).status;
            let parked = open.iter().any(|n| at(n) == NodeStatus::Parked);
            let busy = |n: &usize| !matches!(at(n), NodeStatus::Parked | NodeStatus::Waiting);
            let moves = open.iter().any(busy);
            (
                parked,
                if moves {
                    Status::Running
                } else {
                    Status::Waiting
                },
                moves,
            )
        }
        Phase::Backward => {
            let parked = instance
                .nodes
                .iter()
                .any(|node| node.status == NodeStatus::UndoParked);
            (parked, Status::Compensating, false)
        }
    };
    let due = instance
        .nodes
        .iter()
        .filter(|node| is_timed(instance.phase, node.status));
    let due = due.filter_map(|node| node.due).min();
    if parked {
        let due = if moves {
            Some(due.map_or(now, |due| due.min(now)))
        } else {
            due
        };
        return (Status::Parked, due);
    }
    (rest, due)
}

/// Whether a node's time matters: going backward, only undos are timed.
pub(crate) fn is_timed(phase: Phase, status: NodeStatus) -> bool {
    match phase {
        Phase::Forward => matches!(status, NodeStatus::Backoff | NodeStatus::Waiting),
        Phase::Backward => status == NodeStatus::UndoBackoff,
        Phase::New | Phase::Ended(_) => false,
    }
}
