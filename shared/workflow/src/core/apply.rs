//! One entry onto an instance; an illegal one is refused, in recovery too.

use crate::core::fold::Fold;
use crate::core::instance::EarlySignal;
use crate::core::{Code, Entry, Illegal, Instance, NodeStatus, Phase};
use crate::define::Definition;
use crossdock_model::Timestamp;
use serde_json::value::RawValue;
use std::sync::Arc;

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
        Entry::Attempt { n, k, u, isolated } => fold.attempt((*n, *u), *k, *isolated),
        Entry::Done { n, out } => fold.done(*n, out, false),
        Entry::ByHand { n, out, .. } => fold.done(*n, out, true),
        Entry::Skipped { n } => fold.settle("skip", *n, &[NodeStatus::Idle], NodeStatus::Skipped),
        Entry::Refused { n, r } => fold.refused(*n, &r.detail),
        Entry::Retry {
            n,
            u,
            due,
            doubt,
            sent,
            why,
        } => fold.retry((*n, *u), moment(*due), (*doubt, *sent), why),
        Entry::IntentRaised { n, u } => fold.intent(*n, *u),
        Entry::AttemptLost { n, u } => fold.lost(*n, *u),
        Entry::Deferred { n, u, begun } => fold.defer((*n, *u), *begun),
        Entry::Parked { .. } => fold.parked(entry),
        Entry::Resumed { n, u, .. } => fold.resumed(*n, *u),
        Entry::Signal { name, id, p, late } => fold.signal(name, id, p, *late),
        Entry::Taken { n, id } => fold.taken(*n, id),
        Entry::Armed { n, due } => fold.armed(*n, moment(*due)),
        Entry::Fired { n } => fold.settle(
            "fire",
            *n,
            &[NodeStatus::Idle, NodeStatus::Waiting, NodeStatus::Parked],
            NodeStatus::Done,
        ),
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

impl Fold<'_> {
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
            self.instance.early.push(EarlySignal { name, id, payload });
        }
        Ok(())
    }

    fn taken(&mut self, n: usize, id: &str) -> Result<(), Illegal> {
        let name = self.node(n)?.id.clone();
        self.from("got", n, &[NodeStatus::Idle, NodeStatus::Waiting])?;
        let at = self
            .instance
            .early
            .iter()
            .position(|held| held.name == name && held.id == id);
        let Some(at) = at else {
            return Err(self.wrong_phase("got"));
        };
        let held = self.instance.early.remove(at);
        let mut state = Arc::clone(&self.instance.state);
        self.code.record(n, &mut state, &held.payload)?;
        self.instance.state = state;
        self.settle(
            "got",
            n,
            &[NodeStatus::Idle, NodeStatus::Waiting],
            NodeStatus::Done,
        )
    }

    fn armed(&mut self, n: usize, due: Timestamp) -> Result<(), Illegal> {
        let node_state = self.from("arm", n, &[NodeStatus::Idle])?;
        node_state.status = NodeStatus::Waiting;
        node_state.due = Some(due);
        Ok(())
    }

    fn undone(&mut self, n: usize) -> Result<(), Illegal> {
        if self.instance.phase != Phase::Backward {
            return Err(self.wrong_phase("undone"));
        }
        self.settle(
            "undone",
            n,
            &[NodeStatus::UndoRunning, NodeStatus::UndoParked],
            NodeStatus::Undone,
        )
    }
}
