//! Which attempts run isolated: those that the process did not survive twice in a row.
//!
//! A death proves nothing about one of several attempts that were in flight. Run alone, an innocent attempt finishes and is
//! cleared; a death then proves whose it was, and parks it. The runtime hands out the permits that make it so.

use crate::core::{Instance, NodeState, NodeStatus, Phase};
use crossdock_model::Timestamp;

/// So many deaths in a row make an attempt a suspect.
const DEATHS: u16 = 2;

/// The code under which an attempt that takes the process down is parked.
pub(crate) const PROCESS_DEATHS: &str = "process_deaths";
/// What its operator should do.
pub(crate) const NEXT_ACTION: &str = "Find out what ended the process (its log, the kernel's messages, its memory) and mend it, then retry the node: its deaths are counted anew. Before the pivot, a cancel takes back what may have happened.";

/// Which attempt: the node's index, and whether it is that of its undo.
pub(crate) type AttemptId = (usize, bool);

/// Which attempts a turn may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// None: outcomes are taken, nothing new is begun.
    Closed,
    /// Every one that is no suspect, beside all others.
    Shared,
    /// That suspect, while nothing else in the process is in flight.
    Exclusive(AttemptId),
}

impl NodeState {
    /// Whether its next attempt (with `undo`, that of its undo) must run isolated: a suspect step may have an innocent undo.
    pub(super) fn is_suspect(&self, undo: bool) -> bool {
        let waits = if undo {
            NodeStatus::UndoBackoff
        } else {
            NodeStatus::Backoff
        };
        self.status == waits && self.consecutive_deaths >= DEATHS
    }
}

/// The first suspect that is due.
pub(crate) fn suspect(instance: &Instance, now: Timestamp) -> Option<AttemptId> {
    let undo = match instance.phase {
        Phase::Forward => false,
        Phase::Backward => true,
        Phase::New | Phase::Ended(_) => return None,
    };
    let is_due = |node: &NodeState| node.due.is_none_or(|due| due <= now);
    let found = instance
        .nodes
        .iter()
        .position(|node| node.is_suspect(undo) && is_due(node));
    found.map(|n| (n, undo))
}
