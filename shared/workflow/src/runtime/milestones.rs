//! How far an instance has come, as its driver tells whoever waits for it.

use crate::core::{Phase, St, blocked};
use crate::define::Kind;
use crate::runtime::Milestone;
use crate::runtime::driver::Driver;
use crossdock_model::Refusal;
use crossdock_store::{Answer, Status};
use std::sync::Arc;

/// What waiters look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Milestones {
    /// Whether it is on disk.
    born: bool,
    pivoted: bool,
    pub(crate) ended: Option<Status>,
    pub(crate) refusal: Option<Arc<Refusal>>,
    pub(crate) answer: Option<Answer>,
    done: Vec<bool>,
    /// Which nodes wait for a person; empty while nobody is needed.
    blocked: Vec<bool>,
    /// The node of the pivot, where there is one and somebody is needed.
    pivot: Option<usize>,
}

impl Milestones {
    pub(crate) fn is_born(&self) -> bool {
        self.born
    }

    /// Whether it has come that far, or is over.
    pub(crate) fn has_reached(&self, milestone: &Milestone, node: Option<usize>) -> bool {
        let so_far = match milestone {
            Milestone::Pivot => self.pivoted,
            Milestone::End => false,
            Milestone::Node(_) => is_set(&self.done, node),
        };
        self.born && (so_far || self.ended.is_some())
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

impl Driver {
    /// Tells the waiters where it stands.
    pub(crate) fn publish(&self, answer: Option<&Answer>) {
        let definition = &self.plan.definition;
        self.seat.seen.send_modify(|seen| {
            seen.born = true;
            seen.pivoted = self.instance.pivoted;
            if let Phase::Ended(status) = self.instance.phase {
                seen.ended = Some(status);
            }
            seen.refusal.clone_from(&self.instance.refusal);
            if let Some(answer) = answer {
                seen.answer = Some(answer.clone());
            }
            seen.done.clear();
            seen.done
                .extend(self.instance.nodes.iter().map(|node| node.st == St::Done));
            seen.blocked = blocked(definition, &self.instance);
            seen.pivot = None;
            if !seen.blocked.is_empty() {
                let is_pivot = |node: &crate::Node| node.kind == Kind::Pivot;
                seen.pivot = definition.nodes.iter().position(is_pivot);
            }
        });
    }
}
