//! How far an instance has come, as its driver tells whoever waits for it.

use crate::core::{Phase, St};
use crate::runtime::driver::Driver;
use crossdock_model::Refusal;
use crossdock_store::{Answer, Status};
use std::sync::Arc;

/// What waiters look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Milestones {
    /// Whether it is on disk.
    pub(crate) born: bool,
    pub(crate) pivoted: bool,
    pub(crate) ended: Option<Status>,
    pub(crate) refusal: Option<Arc<Refusal>>,
    pub(crate) answer: Option<Answer>,
    pub(crate) done: Vec<bool>,
}

impl Driver {
    /// Tells the waiters where it stands.
    pub(crate) fn publish(&self, answer: Option<&Answer>) {
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
        });
    }
}
