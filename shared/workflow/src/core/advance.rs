//! Everything that follows by itself: what can begin begins, what is to be undone is undone.

use crate::code::Occasion;
use crate::core::turn::{ParkReason, Turn};
use crate::core::{Admission, Entry, Illegal, NodeStatus, Phase, Undecided};
use crate::define::{Kind, OnDeadline, ParkClass};
use crossdock_model::Refusal;
use crossdock_store::Status;
use serde_json::value::RawValue;
use std::time::Duration;

impl Turn<'_> {
    pub(crate) fn advance(&mut self) -> Result<(), Undecided> {
        loop {
            let moved = match self.next.phase {
                Phase::New | Phase::Ended(_) => false,
                Phase::Forward => self.forward()?,
                Phase::Backward => self.backward()?,
            };
            if !moved {
                return Ok(());
            }
        }
    }

    fn forward(&mut self) -> Result<bool, Undecided> {
        let (open, complete) = self.next.frontier(self.definition);
        if complete {
            self.end(Status::Completed)?;
            return Ok(true);
        }
        let mut moved = false;
        for n in open {
            if self.next.phase == Phase::Forward {
                moved |= self.begin(n)?;
            }
        }
        Ok(moved)
    }

    /// Does what can be done about a node of the frontier; whether that was anything.
    fn begin(&mut self, n: usize) -> Result<bool, Undecided> {
        let node_state = self.next.node(n);
        let is_due = node_state.due.is_none_or(|due| due <= self.now.at);
        match node_state.status {
            NodeStatus::Idle => self.reach(n),
            NodeStatus::Backoff if is_due && self.may_begin(n, false) => self.attempt(n, false),
            NodeStatus::Waiting => self.look(n, is_due && self.now.expiring),
            NodeStatus::Parked if self.has_come_after_all(n) => {
                self.resume_one(n, "signal", "it came after all")?;
                Ok(true)
            }
            NodeStatus::Backoff
            | NodeStatus::Running
            | NodeStatus::Parked
            | NodeStatus::Done
            | NodeStatus::Skipped
            | NodeStatus::Refused
            | NodeStatus::UndoRunning
            | NodeStatus::UndoBackoff
            | NodeStatus::UndoParked
            | NodeStatus::Undone => Ok(false),
        }
    }

    /// Whether the signal of a wait that parked is there now: at its deadline, or for a person to decide.
    fn has_come_after_all(&self, n: usize) -> bool {
        let parked = self.next.node(n).parked.as_ref();
        let awaited = [ParkClass::Deadline, ParkClass::Decision];
        let is_awaited = parked.is_some_and(|parked| awaited.contains(&parked.class));
        let name = self.definition.node(n).map(|node| node.id.as_str());
        is_awaited
            && self
                .next
                .early
                .iter()
                .any(|held| Some(held.name.as_str()) == name)
    }

    /// One more delivery of the key, or the first of it where none can have had its effect.
    fn attempt(&mut self, n: usize, u: bool) -> Result<bool, Undecided> {
        let node_state = self.next.node(n);
        let goes_on = !u || node_state.status == NodeStatus::UndoBackoff;
        let k = if goes_on && node_state.doubt {
            node_state.sent + 1
        } else {
            1
        };
        let isolated = self.now.admission == Admission::Exclusive((n, u));
        self.push(Entry::Attempt { n, k, u, isolated })?;
        Ok(true)
    }

    /// The first time a node is reached.
    fn reach(&mut self, n: usize) -> Result<bool, Undecided> {
        let node = self.node(n)?;
        let (kind, guarded) = (node.kind.clone(), !node.when.is_empty());
        if !self.code.has(n) {
            let why = format!("{} is not in this build", node.code);
            return self.misconfigured(n, &why);
        }
        if guarded {
            match self.code.holds(n, &self.next.state) {
                Some(true) => {}
                Some(false) => {
                    self.push(Entry::Skipped { n })?;
                    return Ok(true);
                }
                None => return self.misconfigured(n, "a condition of it is not in this build"),
            }
        }
        match kind {
            Kind::Step { .. } if self.may_begin(n, false) => self.attempt(n, false),
            // The condition's answer is journaled with the attempt, and never asked for again.
            Kind::Read if guarded && self.may_begin(n, false) => self.attempt(n, false),
            Kind::Step { .. } | Kind::Read | Kind::All { .. } => Ok(false),
            Kind::Pivot => self.pivot(n),
            Kind::Wait { deadline_ms, .. } => {
                if self.look(n, false)? {
                    return Ok(true);
                }
                if let Some(asked) = self.code.asks(n, &self.next.state) {
                    return self.ask(n, &asked);
                }
                self.arm(n, Duration::from_millis(deadline_ms))
            }
            Kind::Timer => {
                let length = self.code.length(n, &self.next.state).unwrap_or_default();
                if length.is_zero() {
                    self.push(Entry::Fired { n })?;
                    return Ok(true);
                }
                self.arm(n, length)
            }
        }
    }

    fn misconfigured(&mut self, n: usize, why: &str) -> Result<bool, Undecided> {
        let class = ParkClass::Misconfigured;
        self.park(
            n,
            false,
            ParkReason {
                class,
                code: "misconfigured",
                why,
                doubt: false,
            },
        )?;
        Ok(true)
    }

    /// A wait for what a person has to decide is on the desk from its first moment.
    fn ask(&mut self, n: usize, asked: &Refusal) -> Result<bool, Undecided> {
        let reason = ParkReason {
            class: ParkClass::Decision,
            code: &asked.code,
            why: &asked.detail,
            doubt: false,
        };
        self.park(n, false, reason)?;
        Ok(true)
    }

    fn arm(&mut self, n: usize, length: Duration) -> Result<bool, Undecided> {
        let due = self.after(length);
        self.push(Entry::Armed { n, due })?;
        Ok(true)
    }

    /// The local commit: its changes are in this very batch, or everything before it is undone.
    fn pivot(&mut self, n: usize) -> Result<bool, Undecided> {
        let loaded = self.loaded(Occasion::Node(n))?;
        let before = self.next.clone();
        let chosen = self.code.choose(n, &before.state, RawValue::NULL, &loaded);
        let committed = match chosen.map_err(Illegal::Code)? {
            Ok(out) => {
                self.push(Entry::Done { n, out })?;
                let committed = self
                    .code
                    .changes(Occasion::Node(n), &self.next.state, &loaded);
                committed.inspect_err(|_refused| drop(self.entries.pop()))
            }
            Err(refusal) => Err(refusal),
        };
        match committed {
            Ok(changes) => self.add(changes),
            Err(refusal) => {
                self.next = before;
                let r = refusal.clone();
                self.push(Entry::Refused { n, r })?;
                let (r, by) = (refusal, None);
                self.push(Entry::Backward { r, by })?;
            }
        }
        Ok(true)
    }

    /// A wait takes the first signal of its name, or meets its deadline; a timer fires.
    fn look(&mut self, n: usize, expired: bool) -> Result<bool, Undecided> {
        let node = self.node(n)?;
        let (name, kind) = (node.id.clone(), node.kind.clone());
        if let Some(held) = self.next.early.iter().find(|held| held.name == name) {
            let entry = Entry::Taken {
                n,
                id: held.id.clone(),
            };
            let loaded = self.loaded(Occasion::Node(n))?;
            self.complete(n, entry, &loaded)?;
            return Ok(true);
        }
        if !expired {
            return Ok(false);
        }
        let Kind::Wait { on_deadline, .. } = kind else {
            self.push(Entry::Fired { n })?;
            return Ok(true);
        };
        let why = format!("nobody signalled {name} in time");
        match on_deadline {
            OnDeadline::Proceed => self.push(Entry::Fired { n })?,
            OnDeadline::Undo if !self.next.pivoted => {
                self.push(Entry::Backward {
                    r: Refusal::new("deadline", why),
                    by: None,
                })?;
            }
            OnDeadline::Undo | OnDeadline::Park => {
                let class = ParkClass::Deadline;
                self.park(
                    n,
                    false,
                    ParkReason {
                        class,
                        code: "deadline",
                        why: &why,
                        doubt: false,
                    },
                )?;
            }
        }
        Ok(true)
    }

    /// Undoes one step at a time, the last one first, once nothing runs forward any more.
    fn backward(&mut self) -> Result<bool, Undecided> {
        if self
            .next
            .nodes
            .iter()
            .any(|node| node.status == NodeStatus::Running)
        {
            return Ok(false);
        }
        let pending_undo = (0..self.next.nodes.len())
            .rev()
            .find(|&n| self.needs_undo(n));
        let Some(n) = pending_undo else {
            let status = if self.next.cancelled {
                Status::Cancelled
            } else {
                Status::Compensated
            };
            self.end(status)?;
            return Ok(true);
        };
        let node_state = self.next.node(n);
        let under_way = matches!(
            node_state.status,
            NodeStatus::UndoRunning | NodeStatus::UndoParked
        );
        // The time of an attempt going forward says nothing about its undo.
        let early = node_state.status == NodeStatus::UndoBackoff
            && node_state.due.is_some_and(|due| due > self.now.at);
        if under_way || early || !self.may_begin(n, true) {
            return Ok(false);
        }
        self.attempt(n, true)
    }

    /// Whether the step succeeded, or nobody knows, and can be taken back.
    fn needs_undo(&self, n: usize) -> bool {
        let node_state = self.next.node(n);
        let reversible = self
            .definition
            .node(n)
            .is_some_and(crate::define::Node::is_reversible);
        reversible
            && match node_state.status {
                NodeStatus::Done
                | NodeStatus::UndoRunning
                | NodeStatus::UndoBackoff
                | NodeStatus::UndoParked => true,
                NodeStatus::Backoff | NodeStatus::Parked => node_state.doubt,
                NodeStatus::Idle
                | NodeStatus::Running
                | NodeStatus::Waiting
                | NodeStatus::Skipped
                | NodeStatus::Refused
                | NodeStatus::Undone => false,
            }
    }
}
