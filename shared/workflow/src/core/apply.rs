//! One entry onto an instance; an illegal one is refused, in recovery too.

use crate::code::CodeError;
use crate::core::{Code, Entry, Instance, NodeState, Phase, St};
use crate::define::{Definition, Node};
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

/// One entry's way onto an instance.
pub(super) struct Fold<'a> {
    pub(super) definition: &'a Definition,
    pub(super) instance: &'a mut Instance,
    pub(super) at: Timestamp,
    pub(super) code: &'a dyn Code,
}

impl Fold<'_> {
    pub(super) fn wrong_phase(&self, entry: &'static str) -> Illegal {
        Illegal::Phase {
            entry,
            phase: self.instance.phase,
        }
    }

    pub(super) fn node(&self, n: usize) -> Result<&Node, Illegal> {
        self.definition.node(n).ok_or(Illegal::NoNode(n))
    }

    /// The node, if it stands in one of those places while the instance lives.
    pub(super) fn from(
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

    pub(super) fn settle(
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
