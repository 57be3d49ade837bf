//! One decision under construction: the entries so far, their changes, the instance as it will be.

use crate::code::Occasion;
use crate::core::isolation::{NEXT_ACTION, PROCESS_DEATHS};
use crate::core::{Admission, Code, Entry, Illegal, Instance, Undecided, apply};
use crate::define::{Definition, Loaded, Node, ParkClass};
use crossdock_model::{Refusal, Timestamp};
use crossdock_store::{Changes, RecordWrite, Status};

/// The circumstances of a decision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DecisionContext {
    /// The time of every entry of the turn.
    pub(crate) at: Timestamp,
    /// Which attempts may begin in this decision.
    pub(crate) admission: Admission,
    /// False while the wall clock is out of step with the monotonic one: deadlines and timers wait, retries do not.
    pub(crate) expiring: bool,
}

/// One decision under construction.
pub(crate) struct Turn<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) next: Instance,
    pub(crate) now: DecisionContext,
    pub(crate) code: &'a dyn Code,
    /// The records that were loaded for it, as they stood at one moment.
    pub(crate) loaded: &'a Loaded,
    pub(crate) entries: Vec<Entry>,
    pub(crate) changes: Changes,
}

/// Why a node parks, as the entry and the exception desk show it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParkReason<'a> {
    pub(crate) class: ParkClass,
    pub(crate) code: &'a str,
    pub(crate) why: &'a str,
    pub(crate) doubt: bool,
}

impl Turn<'_> {
    pub(crate) fn push(&mut self, entry: Entry) -> Result<(), Undecided> {
        Ok(self.try_push(entry)?)
    }

    /// The same, for who can do without the entry.
    pub(crate) fn try_push(&mut self, entry: Entry) -> Result<(), Illegal> {
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

    pub(crate) fn park(
        &mut self,
        n: usize,
        u: bool,
        reason: ParkReason<'_>,
    ) -> Result<(), Undecided> {
        let ParkReason {
            class,
            code,
            why,
            doubt,
        } = reason;
        let next = match code {
            PROCESS_DEATHS => NEXT_ACTION.to_owned(),
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
            self.hook(Occasion::Parked(&parked))?;
        }
        Ok(())
    }

    /// What the workflow's lifecycle writes on the occasion; the instance goes on without it if the hook refuses.
    pub(crate) fn hook(&mut self, occasion: Occasion<'_>) -> Result<(), Undecided> {
        match self.changes_of(occasion)? {
            Ok(changes) => self.add(changes),
            Err(refusal) => {
                tracing::error!(%refusal, workflow = self.definition.name, "a lifecycle hook refused; its changes are left out");
            }
        }
        Ok(())
    }

    /// What the code changes on an occasion, or its refusal.
    pub(crate) fn changes_of(
        &self,
        occasion: Occasion<'_>,
    ) -> Result<Result<Changes, Refusal>, Undecided> {
        let loaded = self.loaded(occasion)?;
        Ok(self.code.changes(occasion, &self.next.state, &loaded))
    }

    /// The records that an occasion depends on, as the turn leaves them so far.
    pub(crate) fn loaded(&self, occasion: Occasion<'_>) -> Result<Loaded, Undecided> {
        let mut loaded = Loaded::default();
        let mut lacking = Vec::new();
        for record in self.code.reads(occasion, &self.next.state) {
            let same = |held: &&RecordWrite| held.kind == record.kind && held.id == record.id;
            if let Some(held) = self.changes.records.iter().find(same) {
                let held = Some((held.expected, held.body.clone()));
                loaded.0.push((record, held));
            } else if let Some(found) = self.loaded.entry(&record) {
                loaded.0.push(found.clone());
            } else {
                lacking.push(record);
            }
        }
        if lacking.is_empty() {
            Ok(loaded)
        } else {
            Err(Undecided::Lacks(lacking))
        }
    }

    /// These changes as well; a second write of one record becomes one with the first.
    pub(crate) fn add(&mut self, more: Changes) {
        for write in more.records {
            let same = |held: &&mut RecordWrite| held.kind == write.kind && held.id == write.id;
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

    pub(crate) fn end(&mut self, status: Status) -> Result<(), Undecided> {
        match self.next.refusal.clone() {
            Some(refusal) => self.hook(Occasion::Refused(&refusal))?,
            None => self.hook(Occasion::Completed)?,
        }
        self.push(Entry::Ended { status })
    }
}
