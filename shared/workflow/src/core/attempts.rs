//! How a node stands after each thing that can happen to its attempt: begun, finished, lost, deferred, parked, resumed.

use crate::core::fold::Fold;
use crate::core::{AttemptId, Entry, Illegal, NodeState, NodeStatus, Phase};
use crate::define::{Kind, Parked};
use crossdock_model::Timestamp;
use serde_json::value::RawValue;
use std::sync::Arc;

impl Fold<'_> {
    pub(super) fn attempt(
        &mut self,
        (n, undo): AttemptId,
        k: u32,
        isolated: bool,
    ) -> Result<(), Illegal> {
        let at = self.at;
        let reversible = self.node(n)?.is_reversible();
        if undo {
            let unsure = self.instance.node(n).doubt;
            let backward = self.instance.phase == Phase::Backward && reversible;
            let allowed: &[NodeStatus] = match (backward, unsure) {
                (false, _) => &[],
                (true, true) => &[
                    NodeStatus::Done,
                    NodeStatus::UndoBackoff,
                    NodeStatus::Backoff,
                    NodeStatus::Parked,
                ],
                (true, false) => &[NodeStatus::Done, NodeStatus::UndoBackoff],
            };
            let node_state = self.from("undo", n, allowed)?;
            if node_state.status != NodeStatus::UndoBackoff {
                *node_state = node_state.for_undo();
            }
            node_state.status = NodeStatus::UndoRunning;
        } else {
            if self.instance.phase != Phase::Forward {
                return Err(self.wrong_phase("try"));
            }
            self.from("try", n, &[NodeStatus::Idle, NodeStatus::Backoff])?
                .status = NodeStatus::Running;
        }
        let node_state = self.from("try", n, &[NodeStatus::Running, NodeStatus::UndoRunning])?;
        node_state.tries += 1;
        node_state.sent = k;
        node_state.isolated = isolated;
        node_state.due = None;
        if k == 1 {
            node_state.first_sent = at;
        }
        Ok(())
    }

    pub(super) fn done(&mut self, n: usize, out: &RawValue, by_hand: bool) -> Result<(), Illegal> {
        let node = self.node(n)?;
        let unannounced = matches!(node.kind, Kind::Read | Kind::Pivot);
        let is_pivot = node.kind == Kind::Pivot;
        let allowed: &[NodeStatus] = match (by_hand, unannounced) {
            (true, _) => &[NodeStatus::Parked, NodeStatus::Waiting, NodeStatus::Backoff],
            (false, true) => &[NodeStatus::Running, NodeStatus::Idle, NodeStatus::Backoff],
            (false, false) => &[NodeStatus::Running],
        };
        if is_pivot && (self.instance.pivoted || self.instance.phase != Phase::Forward) {
            return Err(self.wrong_phase("ok"));
        }
        self.from("ok", n, allowed)?;
        let mut state = Arc::clone(&self.instance.state);
        self.code.record(n, &mut state, out)?;
        self.instance.state = state;
        self.instance.pivoted |= is_pivot;
        self.settle("ok", n, allowed, NodeStatus::Done)
    }

    pub(super) fn refused(&mut self, n: usize, why: &str) -> Result<(), Illegal> {
        let unannounced = matches!(self.node(n)?.kind, Kind::Read | Kind::Pivot);
        let allowed: &[NodeStatus] = if unannounced {
            &[NodeStatus::Running, NodeStatus::Idle, NodeStatus::Backoff]
        } else {
            &[NodeStatus::Running]
        };
        self.settle("no", n, allowed, NodeStatus::Refused)?;
        if let Some(node_state) = self.instance.nodes.get_mut(n) {
            node_state.doubt = false;
            node_state.note = Some(why.into());
        }
        Ok(())
    }

    fn again(
        &mut self,
        n: usize,
        undo: bool,
        (entry, due, doubt): (&'static str, Timestamp, bool),
        why: Option<&str>,
    ) -> Result<&mut NodeState, Illegal> {
        let unannounced = self.node(n)?.kind == Kind::Read;
        let allowed: &[NodeStatus] = match (undo, unannounced) {
            (true, _) => &[NodeStatus::UndoRunning],
            (false, true) => &[NodeStatus::Running, NodeStatus::Idle, NodeStatus::Backoff],
            (false, false) => &[NodeStatus::Running],
        };
        let node_state = self.from(entry, n, allowed)?;
        // A read's first attempt is not journaled; its failure counts it.
        node_state.tries = node_state.tries.max(1);
        node_state.status = if undo {
            NodeStatus::UndoBackoff
        } else {
            NodeStatus::Backoff
        };
        node_state.due = Some(due);
        node_state.doubt = doubt;
        if let Some(why) = why {
            node_state.note = Some(why.into());
        }
        Ok(node_state)
    }

    pub(super) fn retry(
        &mut self,
        (n, undo): AttemptId,
        due: Timestamp,
        (doubt, sent): (bool, bool),
        why: &str,
    ) -> Result<(), Illegal> {
        let at = self.at;
        let node_state = self.again(n, undo, ("again", due, doubt), Some(why))?;
        node_state.consecutive_deaths = 0;
        if sent {
            node_state.last_sent = at;
        }
        Ok(())
    }

    pub(super) fn intent(&mut self, n: usize, undo: bool) -> Result<(), Illegal> {
        let at = self.at;
        let node_state = self.again(n, undo, ("intent", at, false), None)?;
        node_state.intent += 1;
        node_state.sent = 0;
        node_state.consecutive_deaths = 0;
        Ok(())
    }

    pub(super) fn lost(&mut self, n: usize, undo: bool) -> Result<(), Illegal> {
        let (at, why) = (self.at, "the process ended during the attempt");
        let node_state = self.again(n, undo, ("lost", at, true), Some(why))?;
        node_state.tries -= 1;
        node_state.last_sent = at;
        node_state.deaths = node_state.deaths.saturating_add(1);
        node_state.consecutive_deaths = node_state.consecutive_deaths.saturating_add(1);
        Ok(())
    }

    pub(super) fn defer(&mut self, (n, undo): AttemptId, begun: bool) -> Result<(), Illegal> {
        let at = self.at;
        let doubt = self.instance.node(n).doubt || (begun && self.node(n)?.has_effect());
        let why = begun.then_some("the process stopped during the attempt");
        let node_state = self.again(n, undo, ("later", at, doubt), why)?;
        node_state.tries -= 1;
        if begun {
            node_state.last_sent = at;
        }
        Ok(())
    }

    pub(super) fn parked(&mut self, entry: &Entry) -> Result<(), Illegal> {
        let Entry::Parked {
            n,
            u,
            class,
            code,
            why,
            next,
            doubt,
        } = entry
        else {
            return Ok(());
        };
        let node = self.node(*n)?.id.clone();
        let since = self.at;
        let undo_from = [
            NodeStatus::UndoRunning,
            NodeStatus::UndoBackoff,
            NodeStatus::Done,
        ];
        let allowed: &[NodeStatus] = if *u {
            &undo_from
        } else {
            &[
                NodeStatus::Idle,
                NodeStatus::Running,
                NodeStatus::Backoff,
                NodeStatus::Waiting,
            ]
        };
        let node_state = self.from("park", *n, allowed)?;
        node_state.status = if *u {
            NodeStatus::UndoParked
        } else {
            NodeStatus::Parked
        };
        node_state.due = None;
        node_state.doubt = *doubt;
        if *doubt {
            node_state.last_sent = since;
        }
        node_state.note = Some(why.as_str().into());
        node_state.parked = Some(Arc::new(Parked {
            node,
            undo: *u,
            class: *class,
            code: code.clone(),
            why: why.clone(),
            next_action: next.clone(),
            since,
        }));
        Ok(())
    }

    pub(super) fn resumed(&mut self, n: usize, undo: bool) -> Result<(), Illegal> {
        let at = self.at;
        let from: &[NodeStatus] = if undo {
            &[NodeStatus::UndoParked]
        } else {
            &[NodeStatus::Parked]
        };
        let node_state = self.from("resume", n, from)?;
        node_state.parked = None;
        node_state.tries = 0;
        node_state.consecutive_deaths = 0;
        node_state.status = match (undo, node_state.sent > 0) {
            (true, _) => NodeStatus::UndoBackoff,
            (false, true) => NodeStatus::Backoff,
            (false, false) => NodeStatus::Idle,
        };
        node_state.due = (node_state.status != NodeStatus::Idle).then_some(at);
        Ok(())
    }
}
