//! How far an instance has come, as its driver shows it to waiters.

use crossdock_model::Refusal;
use crossdock_store::{Answer, Status};
use std::sync::Arc;

/// The milestone of an instance that a caller waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Milestone {
    /// Its pivot is committed, or it is over.
    Pivot,
    /// It is over, completed or not.
    End,
    /// That node is done or left out, or it is over.
    Node(String),
}

/// How far an instance has come, as waiters see it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// Whether it is on disk.
    pub(super) stored: bool,
    pub(super) pivoted: bool,
    pub(crate) ended: Option<Status>,
    pub(crate) refusal: Option<Arc<Refusal>>,
    pub(crate) answer: Option<Answer>,
    pub(super) done: Vec<bool>,
    /// Which nodes wait for a person; empty while nobody is needed.
    pub(super) blocked: Vec<bool>,
    /// The node of the pivot, where there is one and somebody is needed.
    pub(super) pivot: Option<usize>,
}

impl Progress {
    pub(crate) fn is_stored(&self) -> bool {
        self.stored
    }

    /// Whether it has come that far, or is over.
    pub(crate) fn has_reached(&self, milestone: &Milestone, node: Option<usize>) -> bool {
        let so_far = match milestone {
            Milestone::Pivot => self.pivoted,
            Milestone::End => false,
            Milestone::Node(_) => is_set(&self.done, node),
        };
        self.stored && (so_far || self.ended.is_some())
    }

    /// Whether it comes that far only if a person acts.
    pub(crate) fn is_blocked(&self, milestone: &Milestone, node: Option<usize>) -> bool {
        match (milestone, self.pivot) {
            (Milestone::Node(_), _) => is_set(&self.blocked, node),
            (Milestone::Pivot, Some(pivot)) => is_set(&self.blocked, Some(pivot)),
            (Milestone::Pivot, None) | (Milestone::End, _) => !self.blocked.is_empty(),
        }
    }
}

fn is_set(nodes: &[bool], node: Option<usize>) -> bool {
    node.and_then(|n| nodes.get(n)).copied().unwrap_or(false)
}
