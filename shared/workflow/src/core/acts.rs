//! What signals and operators lead to.

use crate::code::Occasion;
use crate::core::turn::Turn;
use crate::core::{Entry, NodeStatus, Phase, Refused, Undecided};
use crate::define::{Kind, ParkClass, Resumed};
use crossdock_model::Refusal;
use serde_json::value::RawValue;

impl Turn<'_> {
    pub(super) fn signal(
        &mut self,
        name: &str,
        id: &str,
        payload: &RawValue,
    ) -> Result<(), Undecided> {
        if self
            .next
            .seen
            .iter()
            .any(|(seen, by)| seen == name && by == id)
        {
            return Ok(());
        }
        let late = !self.next.expects(self.definition, name);
        let (name, id, p) = (name.to_owned(), id.to_owned(), payload.to_owned());
        self.push(Entry::Signal { name, id, p, late })
    }

    pub(super) fn cancel(&mut self, by: &str, why: &str) -> Result<(), Undecided> {
        match self.next.phase {
            Phase::Backward => return Ok(()),
            Phase::Forward if !self.next.pivoted => {}
            Phase::New | Phase::Forward | Phase::Ended(_) => {
                return Err(operator(
                    "it is past its pivot or over: what is done can only be reversed by a new transaction, such as a return",
                ));
            }
        }
        let r = Refusal::new("cancelled", why);
        self.push(Entry::Backward {
            r,
            by: Some(by.to_owned()),
        })
    }

    pub(super) fn resume(
        &mut self,
        node: Option<usize>,
        by: &str,
        why: &str,
    ) -> Result<(), Undecided> {
        let wanted = |n: &usize| node.is_none_or(|only| only == *n);
        let parked: Vec<usize> = (0..self.next.nodes.len())
            .filter(wanted)
            .filter(|&n| self.is_parked(n))
            .collect();
        if parked.is_empty() {
            return Err(operator("nothing is parked there"));
        }
        for n in parked {
            self.resume_one(n, by, why)?;
        }
        Ok(())
    }

    /// A node parked going forward is of no interest any more once the instance goes backward.
    fn is_parked(&self, n: usize) -> bool {
        let st = self.next.node(n).status;
        match self.next.phase {
            Phase::Forward => st == NodeStatus::Parked,
            Phase::Backward => st == NodeStatus::UndoParked,
            Phase::New | Phase::Ended(_) => false,
        }
    }

    pub(crate) fn resume_one(&mut self, n: usize, by: &str, why: &str) -> Result<(), Undecided> {
        let u = self.next.node(n).status == NodeStatus::UndoParked;
        let (by, why) = (by.to_owned(), why.to_owned());
        self.push(Entry::Resumed {
            n,
            u,
            by: by.clone(),
            why: why.clone(),
        })?;
        let node = self.node(n)?.id.clone();
        self.hook(Occasion::Resumed(&Resumed {
            node,
            undo: u,
            by,
            why,
        }))
    }

    pub(super) fn reconfigured(&mut self) -> Result<(), Undecided> {
        let is_ours = |n: &usize| {
            let parked = self.next.node(*n).parked.as_ref();
            self.is_parked(*n)
                && parked.is_some_and(|parked| parked.class == ParkClass::Misconfigured)
        };
        let ours: Vec<usize> = (0..self.next.nodes.len()).filter(is_ours).collect();
        for n in ours {
            self.resume_one(n, "configuration", "the set-up may have changed")?;
        }
        Ok(())
    }

    pub(super) fn skip(
        &mut self,
        n: usize,
        out: &RawValue,
        by: &str,
        why: &str,
    ) -> Result<(), Undecided> {
        let (by, why) = (by.to_owned(), why.to_owned());
        let undo = self.next.node(n).status == NodeStatus::UndoParked;
        let was_parked = self.is_parked(n);
        let resumed = Resumed {
            node: self.node(n)?.id.clone(),
            undo,
            by: by.clone(),
            why: why.clone(),
        };
        match self.next.phase {
            Phase::Backward if undo => self.push(Entry::Undone { n, by: Some(by) })?,
            Phase::Forward
                if matches!(
                    self.next.node(n).status,
                    NodeStatus::Parked | NodeStatus::Waiting | NodeStatus::Backoff
                ) =>
            {
                let entry = if matches!(self.node(n)?.kind, Kind::Timer) {
                    Entry::Fired { n }
                } else {
                    Entry::ByHand {
                        n,
                        out: out.to_owned(),
                        by,
                        why,
                    }
                };
                let loaded = self.loaded(Occasion::Node(n))?;
                self.push(entry)?;
                let changes = self
                    .code
                    .changes(Occasion::Node(n), &self.next.state, &loaded);
                self.add(changes.map_err(Refused::Start)?);
            }
            Phase::New | Phase::Forward | Phase::Backward | Phase::Ended(_) => {
                return Err(operator(
                    "only what is parked, waits or is to be retried can be skipped",
                ));
            }
        }
        if was_parked {
            self.hook(Occasion::Resumed(&resumed))?;
        }
        Ok(())
    }
}

/// An operator asked for what cannot be.
fn operator(why: &'static str) -> Undecided {
    Refused::Operator(why).into()
}
