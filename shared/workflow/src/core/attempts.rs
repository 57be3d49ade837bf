//! How a node stands after each thing that can happen to its attempt: begun, back, lost, parked, let go on.

use crate::core::apply::Fold;
use crate::core::{Entry, Illegal, NodeState, Phase, Place, St};
use crate::define::{Kind, Parked};
use crossdock_model::Timestamp;
use serde_json::value::RawValue;
use std::sync::Arc;

impl Fold<'_> {
    pub(super) fn attempt(&mut self, (n, undo): Place, k: u32, alone: bool) -> Result<(), Illegal> {
        let at = self.at;
        let reversible = self.node(n)?.is_reversible();
        if undo {
            let unsure = self.instance.node(n).doubt;
            let backward = self.instance.phase == Phase::Backward && reversible;
            let allowed: &[St] = match (backward, unsure) {
                (false, _) => &[],
                (true, true) => &[St::Done, St::UndoBackoff, St::Backoff, St::Parked],
                (true, false) => &[St::Done, St::UndoBackoff],
            };
            let standing = self.from("undo", n, allowed)?;
            if standing.st != St::UndoBackoff {
                *standing = standing.turned();
            }
            standing.st = St::UndoRunning;
        } else {
            if self.instance.phase != Phase::Forward {
                return Err(self.wrong_phase("try"));
            }
            self.from("try", n, &[St::Idle, St::Backoff])?.st = St::Running;
        }
        let standing = self.from("try", n, &[St::Running, St::UndoRunning])?;
        standing.tries += 1;
        standing.sent = k;
        standing.alone = alone;
        standing.due = None;
        if k == 1 {
            standing.first_sent = at;
        }
        Ok(())
    }

    pub(super) fn done(&mut self, n: usize, out: &RawValue, by_hand: bool) -> Result<(), Illegal> {
        let node = self.node(n)?;
        let unannounced = matches!(node.kind, Kind::Read | Kind::Pivot);
        let is_pivot = node.kind == Kind::Pivot;
        let allowed: &[St] = match (by_hand, unannounced) {
            (true, _) => &[St::Parked, St::Waiting, St::Backoff],
            (false, true) => &[St::Running, St::Idle, St::Backoff],
            (false, false) => &[St::Running],
        };
        if is_pivot && (self.instance.pivoted || self.instance.phase != Phase::Forward) {
            return Err(self.wrong_phase("ok"));
        }
        self.from("ok", n, allowed)?;
        let mut state = Arc::clone(&self.instance.state);
        self.code.record(n, &mut state, out, self.at)?;
        self.instance.state = state;
        self.instance.pivoted |= is_pivot;
        self.settle("ok", n, allowed, St::Done)
    }

    pub(super) fn refused(&mut self, n: usize, why: &str) -> Result<(), Illegal> {
        let unannounced = matches!(self.node(n)?.kind, Kind::Read | Kind::Pivot);
        let allowed: &[St] = if unannounced {
            &[St::Running, St::Idle, St::Backoff]
        } else {
            &[St::Running]
        };
        self.settle("no", n, allowed, St::Refused)?;
        if let Some(standing) = self.instance.nodes.get_mut(n) {
            standing.doubt = false;
            standing.note = Some(why.into());
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
        let allowed: &[St] = match (undo, unannounced) {
            (true, _) => &[St::UndoRunning],
            (false, true) => &[St::Running, St::Idle, St::Backoff],
            (false, false) => &[St::Running],
        };
        let standing = self.from(entry, n, allowed)?;
        // A read's first attempt is not journaled; its failure counts it.
        standing.tries = standing.tries.max(1);
        standing.st = if undo { St::UndoBackoff } else { St::Backoff };
        standing.due = Some(due);
        standing.doubt = doubt;
        if let Some(why) = why {
            standing.note = Some(why.into());
        }
        Ok(standing)
    }

    pub(super) fn retry(
        &mut self,
        (n, undo): Place,
        due: Timestamp,
        doubt: bool,
        why: &str,
    ) -> Result<(), Illegal> {
        let standing = self.again(n, undo, ("again", due, doubt), Some(why))?;
        standing.lost = 0;
        Ok(())
    }

    pub(super) fn intent(&mut self, n: usize, undo: bool) -> Result<(), Illegal> {
        let at = self.at;
        let standing = self.again(n, undo, ("intent", at, false), None)?;
        standing.intent += 1;
        standing.sent = 0;
        standing.lost = 0;
        Ok(())
    }

    pub(super) fn lost(&mut self, n: usize, undo: bool) -> Result<(), Illegal> {
        let (at, why) = (self.at, "the process ended during the attempt");
        let standing = self.again(n, undo, ("lost", at, true), Some(why))?;
        standing.tries -= 1;
        standing.deaths = standing.deaths.saturating_add(1);
        standing.lost = standing.lost.saturating_add(1);
        Ok(())
    }

    pub(super) fn put_off(&mut self, (n, undo): Place, begun: bool) -> Result<(), Illegal> {
        let at = self.at;
        let doubt = self.instance.node(n).doubt || (begun && self.node(n)?.has_effect());
        let why = begun.then_some("the process stopped during the attempt");
        let standing = self.again(n, undo, ("later", at, doubt), why)?;
        standing.tries -= 1;
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
        let undo_from = [St::UndoRunning, St::UndoBackoff, St::Done];
        let allowed: &[St] = if *u {
            &undo_from
        } else {
            &[St::Idle, St::Running, St::Backoff, St::Waiting]
        };
        let standing = self.from("park", *n, allowed)?;
        standing.st = if *u { St::UndoParked } else { St::Parked };
        standing.due = None;
        standing.doubt = *doubt;
        standing.note = Some(why.as_str().into());
        standing.parked = Some(Arc::new(Parked {
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
        let from: &[St] = if undo {
            &[St::UndoParked]
        } else {
            &[St::Parked]
        };
        let standing = self.from("resume", n, from)?;
        standing.parked = None;
        standing.tries = 0;
        standing.lost = 0;
        standing.st = match (undo, standing.sent > 0) {
            (true, _) => St::UndoBackoff,
            (false, true) => St::Backoff,
            (false, false) => St::Idle,
        };
        standing.due = (standing.st != St::Idle).then_some(at);
        Ok(())
    }
}
