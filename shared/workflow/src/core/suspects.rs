//! Attempts that the process did not survive twice in a row: the next one flies alone.
//!
//! A death proves nothing about one of several attempts that were under way. Flown alone, an innocent one lands and is
//! cleared; a death then proves whose it was, and parks it. What flies with whom is the runtime's to arrange.

use crate::core::decide::{Trouble, Turn};
use crate::core::{Entry, Illegal, Instance, NodeState, Phase, St, effects};
use crate::define::ParkClass;
use crossdock_model::Timestamp;

/// So many deaths in a row make an attempt a suspect.
const DEATHS: u16 = 2;

/// The code under which an attempt that takes the process down is parked.
pub(crate) const PROCESS_DEATHS: &str = "process_deaths";
/// What its operator should do.
pub(crate) const MEND_AND_RETRY: &str = "Find out what ended the process (its log, the kernel's messages, its memory) and mend it, then retry the node: its deaths are counted anew. Before the pivot, a cancel takes back what may have happened.";

/// A node's attempt, or (`true`) that of its undo.
pub(crate) type Place = (usize, bool);

/// Which attempts may begin in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clearance {
    /// None: results are kept, nothing new is begun.
    Held,
    /// Every one that is no suspect.
    Common,
    /// That suspect, while nothing else in the process is under way.
    Alone(Place),
}

impl NodeState {
    /// Whether its next attempt, or that of its undo, is one: a step that is a suspect may have an innocent undo.
    fn is_suspect(&self, undo: bool) -> bool {
        let waits = if undo { St::UndoBackoff } else { St::Backoff };
        self.st == waits && self.lost >= DEATHS
    }
}

/// The first suspect that is due.
pub(crate) fn suspect(instance: &Instance, now: Timestamp) -> Option<Place> {
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

impl Turn<'_> {
    pub(super) fn may_begin(&self, n: usize, undo: bool) -> bool {
        match self.now.clearance {
            Clearance::Held => false,
            Clearance::Common => !self.next.node(n).is_suspect(undo),
            Clearance::Alone(place) => place == (n, undo),
        }
    }

    /// The process has died: whatever was to be under way was, and is lost.
    pub(super) fn recovered(&mut self) -> Result<(), Illegal> {
        for lost in effects(self.definition, &self.next) {
            let (n, u) = (lost.node, lost.undo);
            let was_alone = self.next.node(n).alone;
            self.push(Entry::Lost { n, u })?;
            let goes_on = u || self.next.phase == Phase::Forward;
            if was_alone && goes_on {
                self.found_out(n, u)?;
            }
        }
        Ok(())
    }

    fn found_out(&mut self, n: usize, undo: bool) -> Result<(), Illegal> {
        let times = self.next.node(n).lost;
        let why = format!(
            "the process ended {times} times in a row during this attempt, the last time with nothing else under way"
        );
        let class = if undo {
            ParkClass::CompensationStuck
        } else {
            ParkClass::Poison
        };
        let doubt = self.node(n)?.has_effect();
        let code = PROCESS_DEATHS;
        let why = &why;
        self.park(
            n,
            undo,
            Trouble {
                class,
                code,
                why,
                doubt,
            },
        )
    }

    /// It is to be under way and is not, or not any more, though nobody died.
    pub(super) fn put_off(&mut self, (n, u): Place, begun: bool) -> Result<(), Illegal> {
        self.push(Entry::PutOff { n, u, begun })
    }
}
