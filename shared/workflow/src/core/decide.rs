//! What follows from an input: journal entries, changes, and the instance as it will be.

use crate::code::Occasion;
use crate::core::suspects::{MEND_AND_RETRY, PROCESS_DEATHS};
use crate::core::{Clearance, Code, Entry, Illegal, Instance, Place, apply};
use crate::define::{Definition, Node, ParkClass};
use crossdock_model::{Fault, Refusal, Timestamp};
use crossdock_store::{Changes, Status};
use serde_json::value::RawValue;
use std::sync::Arc;

/// What can happen to an instance.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    Start {
        state: Box<RawValue>,
        trace: Option<Arc<str>>,
    },
    Outcome {
        node: usize,
        undo: bool,
        result: Result<Box<RawValue>, Fault>,
    },
    /// Loaded by a new process: what was running is lost.
    Recovered,
    /// An attempt that should be under way is held back, or was cut short by a stop in order.
    PutOff {
        place: Place,
        begun: bool,
    },
    /// Some time has come.
    Tick,
    Signal {
        name: String,
        id: String,
        payload: Arc<RawValue>,
    },
    Cancel {
        by: String,
        why: String,
    },
    Resume {
        node: Option<usize>,
        by: String,
        why: String,
    },
    Skip {
        node: usize,
        out: Arc<RawValue>,
        by: String,
        why: String,
    },
    /// The set-up has changed: what was parked for it goes on.
    Reconfigured,
}

/// The circumstances of a decision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) at: Timestamp,
    /// Which attempts may begin.
    pub(crate) clearance: Clearance,
    /// False while the wall clock is not believed: deadlines and timers wait, retries do not.
    pub(crate) expiring: bool,
}

/// What is to be appended, and what the instance is once it is.
pub(crate) struct Decision {
    pub(crate) entries: Vec<Entry>,
    pub(crate) changes: Changes,
    pub(crate) next: Instance,
}

/// Why nothing is decided.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Refused {
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// The start itself, by the workflow's own word.
    #[error("{0}")]
    Start(Refusal),
    /// An operator asked for what cannot be.
    #[error("{0}")]
    Operator(&'static str),
}

pub(crate) fn decide(
    definition: &Definition,
    instance: &Instance,
    inputs: &[Input],
    now: Now,
    code: &dyn Code,
) -> Result<Decision, Refused> {
    let mut turn = Turn {
        definition,
        next: instance.clone(),
        now,
        code,
        entries: Vec::with_capacity(4),
        changes: Changes::none(),
    };
    for input in inputs {
        turn.take(input)?;
    }
    turn.advance()?;
    let Turn {
        entries,
        changes,
        next,
        ..
    } = turn;
    Ok(Decision {
        entries,
        changes,
        next,
    })
}

pub(crate) struct Turn<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) next: Instance,
    pub(crate) now: Now,
    pub(crate) code: &'a dyn Code,
    pub(crate) entries: Vec<Entry>,
    pub(crate) changes: Changes,
}

/// The words of a parking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trouble<'a> {
    pub(crate) class: ParkClass,
    pub(crate) code: &'a str,
    pub(crate) why: &'a str,
    pub(crate) doubt: bool,
}

impl Turn<'_> {
    pub(crate) fn push(&mut self, entry: Entry) -> Result<(), Illegal> {
        apply(
            self.definition,
            &mut self.next,
            self.now.at,
            &entry,
            self.code,
        )?;
        self.entries.push(entry);
        Ok(())
    }

    pub(crate) fn node(&self, n: usize) -> Result<&Node, Illegal> {
        self.definition.node(n).ok_or(Illegal::NoNode(n))
    }

    fn take(&mut self, input: &Input) -> Result<(), Refused> {
        match input {
            Input::Start { state, trace } => self.start(state, trace.clone()),
            Input::Outcome {
                node,
                undo: false,
                result,
            } => Ok(self.outcome(*node, result)?),
            Input::Outcome {
                node,
                undo: true,
                result,
            } => Ok(self.undo_outcome(*node, result)?),
            Input::Recovered => Ok(self.recovered()?),
            Input::PutOff { place, begun } => Ok(self.put_off(*place, *begun)?),
            Input::Tick => Ok(()),
            Input::Signal { name, id, payload } => Ok(self.signal(name, id, payload)?),
            Input::Cancel { by, why } => self.cancel(by, why),
            Input::Resume { node, by, why } => self.resume(*node, by, why),
            Input::Skip { node, out, by, why } => self.skip(*node, out, by, why),
            Input::Reconfigured => Ok(self.reconfigured()?),
        }
    }

    fn start(&mut self, state: &RawValue, trace: Option<Arc<str>>) -> Result<(), Refused> {
        self.push(Entry::Started {
            s: state.to_owned(),
            trace,
        })?;
        let changes = self
            .code
            .changes(Occasion::Started, &self.next.state, &self.changes);
        self.add(changes.map_err(Refused::Start)?);
        Ok(())
    }

    pub(crate) fn park(&mut self, n: usize, u: bool, trouble: Trouble<'_>) -> Result<(), Illegal> {
        let Trouble {
            class,
            code,
            why,
            doubt,
        } = trouble;
        let next = match code {
            PROCESS_DEATHS => MEND_AND_RETRY.to_owned(),
            _steps_own => self.code.next_action(n, code),
        };
        let (code, why) = (code.to_owned(), why.to_owned());
        self.push(Entry::Parked {
            n,
            u,
            class,
            code,
            why,
            next,
            doubt,
        })?;
        if let Some(parked) = self.next.node(n).parked.clone() {
            self.hook(Occasion::Parked(&parked));
        }
        Ok(())
    }

    /// The workflow's own words on the occasion; the instance goes on without them if they are refused.
    pub(crate) fn hook(&mut self, occasion: Occasion<'_>) {
        match self.code.changes(occasion, &self.next.state, &self.changes) {
            Ok(changes) => self.add(changes),
            Err(refusal) => {
                tracing::error!(%refusal, workflow = self.definition.name, "a lifecycle hook refused; its changes are left out");
            }
        }
    }

    /// These changes as well; a second write of one record becomes one with the first.
    pub(crate) fn add(&mut self, more: Changes) {
        for write in more.records {
            let same = |held: &&mut crossdock_store::RecordWrite| {
                held.kind == write.kind && held.id == write.id
            };
            if let Some(held) = self.changes.records.iter_mut().find(same) {
                held.body = write.body;
                held.unique.extend(write.unique);
            } else {
                self.changes.records.push(write);
            }
        }
        self.changes.events.extend(more.events);
        self.changes.answer = more.answer.or(self.changes.answer.take());
    }

    pub(crate) fn end(&mut self, status: Status) -> Result<(), Illegal> {
        match self.next.refusal.clone() {
            Some(refusal) => self.hook(Occasion::Refused(&refusal)),
            None => self.hook(Occasion::Completed),
        }
        self.push(Entry::Ended { status })
    }
}
