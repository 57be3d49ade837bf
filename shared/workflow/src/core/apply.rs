//! One entry onto an instance; an illegal one is refused, in recovery too.

use crate::code::CodeError;
use crate::core::{Code, Entry, Instance, NodeState, Phase, Place, St};
use crate::define::{Definition, Kind, Node, Parked};
use crossdock_model::Timestamp;
use serde_json::value::RawValue;
use std::sync::Arc;

/// An entry that cannot follow on what is there.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Illegal {
    #[error("{entry} cannot follow: node {n} is {st:?} while the instance is {phase:?}")]
    Transition {
        entry: &'static str,
        n: usize,
        st: St,
        phase: Phase,
    },
    #[error("{entry} cannot follow while the instance is {phase:?}")]
    Phase { entry: &'static str, phase: Phase },
    #[error("the definition has no node {0}")]
    NoNode(usize),
    #[error(transparent)]
    Code(#[from] CodeError),
}

pub(crate) fn apply(
    definition: &Definition,
    instance: &mut Instance,
    at: Timestamp,
    entry: &Entry,
    code: &dyn Code,
) -> Result<(), Illegal> {
    let mut fold = Fold {
        definition,
        instance,
        at,
        code,
    };
    match entry {
        Entry::Started { s, trace } => fold.started(s, trace.as_ref()),
        Entry::Attempt { n, k, u, alone } => fold.attempt((*n, *u), *k, *alone),
        Entry::Done { n, out } => fold.done(*n, out, false),
        Entry::ByHand { n, out, .. } => fold.done(*n, out, true),
        Entry::Skipped { n } => fold.settle("skip", *n, &[St::Idle], St::Skipped),
        Entry::Refused { n, r } => fold.refused(*n, &r.detail),
        Entry::Retry {
            n,
            u,
            due,
            doubt,
            why,
        } => fold.retry((*n, *u), moment(*due), *doubt, why),
        Entry::IntentRaised { n, u } => fold.intent(*n, *u),
        Entry::Lost { n, u } => fold.lost(*n, *u),
        Entry::PutOff { n, u, begun } => fold.put_off((*n, *u), *begun),
        Entry::Parked { .. } => fold.parked(entry),
        Entry::Resumed { n, u, .. } => fold.resumed(*n, *u),
        Entry::Signal { name, id, p, late } => fold.signal(name, id, p, *late),
        Entry::Taken { n, id } => fold.taken(*n, id),
        Entry::Armed { n, due } => fold.armed(*n, moment(*due)),
        Entry::Fired { n } => {
            fold.settle("fire", *n, &[St::Idle, St::Waiting, St::Parked], St::Done)
        }
        Entry::Backward { r, by } => {
            if fold.instance.phase != Phase::Forward || fold.instance.pivoted {
                return Err(fold.wrong_phase("back"));
            }
            fold.instance.phase = Phase::Backward;
            fold.instance.refusal = Some(Arc::new(r.clone()));
            fold.instance.cancelled = by.is_some();
            Ok(())
        }
        Entry::Undone { n, .. } => fold.undone(*n),
        Entry::Ended { status } => {
            let over = matches!(fold.instance.phase, Phase::Forward | Phase::Backward);
            if !over || !status.is_final() {
                return Err(fold.wrong_phase("end"));
            }
            fold.instance.phase = Phase::Ended(*status);
            Ok(())
        }
    }
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX)
}

struct Fold<'a> {
    definition: &'a Definition,
    instance: &'a mut Instance,
    at: Timestamp,
    code: &'a dyn Code,
}

impl Fold<'_> {
    fn wrong_phase(&self, entry: &'static str) -> Illegal {
        Illegal::Phase {
            entry,
            phase: self.instance.phase,
        }
    }

    fn node(&self, n: usize) -> Result<&Node, Illegal> {
        self.definition.node(n).ok_or(Illegal::NoNode(n))
    }

    /// The node, if it stands in one of those places while the instance lives.
    fn from(
        &mut self,
        entry: &'static str,
        n: usize,
        allowed: &[St],
    ) -> Result<&mut NodeState, Illegal> {
        let phase = self.instance.phase;
        let standing = self.instance.nodes.get_mut(n).ok_or(Illegal::NoNode(n))?;
        let alive = matches!(phase, Phase::Forward | Phase::Backward);
        if alive && allowed.contains(&standing.st) {
            return Ok(standing);
        }
        Err(Illegal::Transition {
            entry,
            n,
            st: standing.st,
            phase,
        })
    }

    fn settle(
        &mut self,
        entry: &'static str,
        n: usize,
        from: &[St],
        to: St,
    ) -> Result<(), Illegal> {
        let standing = self.from(entry, n, from)?;
        standing.st = to;
        standing.due = None;
        standing.parked = None;
        Ok(())
    }

    fn started(&mut self, state: &RawValue, trace: Option<&Arc<str>>) -> Result<(), Illegal> {
        if self.instance.phase != Phase::New {
            return Err(self.wrong_phase("go"));
        }
        self.instance.state = self.code.decode(state)?;
        self.instance.trace = trace.cloned();
        self.instance.phase = Phase::Forward;
        Ok(())
    }

    fn attempt(&mut self, (n, undo): Place, k: u32, alone: bool) -> Result<(), Illegal> {
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

    fn done(&mut self, n: usize, out: &RawValue, by_hand: bool) -> Result<(), Illegal> {
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

    fn refused(&mut self, n: usize, why: &str) -> Result<(), Illegal> {
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

    fn retry(
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

    fn intent(&mut self, n: usize, undo: bool) -> Result<(), Illegal> {
        let at = self.at;
        let standing = self.again(n, undo, ("intent", at, false), None)?;
        standing.intent += 1;
        standing.sent = 0;
        standing.lost = 0;
        Ok(())
    }

    fn lost(&mut self, n: usize, undo: bool) -> Result<(), Illegal> {
        let (at, why) = (self.at, "the process ended during the attempt");
        let standing = self.again(n, undo, ("lost", at, true), Some(why))?;
        standing.tries -= 1;
        standing.deaths = standing.deaths.saturating_add(1);
        standing.lost = standing.lost.saturating_add(1);
        Ok(())
    }

    fn put_off(&mut self, (n, undo): Place, begun: bool) -> Result<(), Illegal> {
        let at = self.at;
        let doubt = self.instance.node(n).doubt || (begun && self.node(n)?.has_effect());
        let why = begun.then_some("the process stopped during the attempt");
        let standing = self.again(n, undo, ("later", at, doubt), why)?;
        standing.tries -= 1;
        Ok(())
    }

    fn parked(&mut self, entry: &Entry) -> Result<(), Illegal> {
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

    fn resumed(&mut self, n: usize, undo: bool) -> Result<(), Illegal> {
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

    fn signal(
        &mut self,
        name: &str,
        id: &str,
        payload: &RawValue,
        late: bool,
    ) -> Result<(), Illegal> {
        if self.instance.phase == Phase::New {
            return Err(self.wrong_phase("sig"));
        }
        self.instance.seen.push((name.to_owned(), id.to_owned()));
        if !late {
            let payload = Arc::from(payload.to_owned());
            let (name, id) = (name.to_owned(), id.to_owned());
            self.instance
                .early
                .push(crate::core::instance::Early { name, id, payload });
        }
        Ok(())
    }

    fn taken(&mut self, n: usize, id: &str) -> Result<(), Illegal> {
        let name = self.node(n)?.id.clone();
        self.from("got", n, &[St::Idle, St::Waiting])?;
        let place = self
            .instance
            .early
            .iter()
            .position(|held| held.name == name && held.id == id);
        let Some(place) = place else {
            return Err(self.wrong_phase("got"));
        };
        let held = self.instance.early.remove(place);
        let mut state = Arc::clone(&self.instance.state);
        self.code.record(n, &mut state, &held.payload, self.at)?;
        self.instance.state = state;
        self.settle("got", n, &[St::Idle, St::Waiting], St::Done)
    }

    fn armed(&mut self, n: usize, due: Timestamp) -> Result<(), Illegal> {
        let standing = self.from("arm", n, &[St::Idle])?;
        standing.st = St::Waiting;
        standing.due = Some(due);
        Ok(())
    }

    fn undone(&mut self, n: usize) -> Result<(), Illegal> {
        if self.instance.phase != Phase::Backward {
            return Err(self.wrong_phase("undone"));
        }
        self.settle("undone", n, &[St::UndoRunning, St::UndoParked], St::Undone)
    }
}
