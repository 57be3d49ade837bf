//! What follows from an input: journal entries, changes, and the instance as it will be.

use crate::code::Occasion;
use crate::core::turn::Turn;
use crate::core::{Code, DecisionContext, Entry, Input, Instance, Refused, Undecided};
use crate::define::{Definition, Loaded};
use crossdock_store::{Changes, RecordWrite};
use serde_json::value::RawValue;
use std::sync::Arc;

/// What is to be appended, and what the instance is once it is.
pub(crate) struct Decision {
    pub(crate) entries: Vec<Entry>,
    pub(crate) changes: Changes,
    pub(crate) next: Instance,
}

pub(crate) fn decide(
    definition: &Definition,
    instance: &Instance,
    inputs: &[Input],
    now: DecisionContext,
    (code, loaded): (&dyn Code, &Loaded),
) -> Result<Decision, Undecided> {
    let mut turn = Turn {
        definition,
        next: instance.clone(),
        now,
        code,
        loaded,
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

impl Turn<'_> {
    fn take(&mut self, input: &Input) -> Result<(), Undecided> {
        match input {
            Input::Start {
                state,
                records,
                trace,
            } => self.start(state, records, trace.clone()),
            Input::Outcome {
                node,
                undo: false,
                result,
            } => self.outcome(*node, result),
            Input::Outcome {
                node,
                undo: true,
                result,
            } => self.undo_outcome(*node, result),
            Input::Recovered => self.recovered(),
            Input::Deferred { attempt, begun } => self.defer(*attempt, *begun),
            Input::Tick => Ok(()),
            Input::Signal { name, id, payload } => self.signal(name, id, payload),
            Input::Cancel { by, why } => self.cancel(by, why),
            Input::Resume { node, by, why } => self.resume(*node, by, why),
            Input::Skip { node, out, by, why } => self.skip(*node, out, by, why),
            Input::Reconfigured => self.reconfigured(),
        }
    }

    /// The records that come with it are first, so that the hooks and a pivot of the same decision see them as they are.
    fn start(
        &mut self,
        state: &RawValue,
        records: &[RecordWrite],
        trace: Option<Arc<str>>,
    ) -> Result<(), Undecided> {
        self.changes.records.extend_from_slice(records);
        self.push(Entry::Started {
            s: state.to_owned(),
            trace,
        })?;
        let changes = self.changes_of(Occasion::Started)?;
        self.add(changes.map_err(Refused::Start)?);
        Ok(())
    }
}
