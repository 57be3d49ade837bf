//! The core's view of a workflow's code during one transition.

use crate::code::{AnyState, BoundCode, CodeError, Occasion};
use crate::core::Code;
use crate::define::{Chosen, Loaded, Moment};
use crossdock_model::{Refusal, Timestamp};
use crossdock_store::{Changes, RecordRef};
use serde_json::value::RawValue;
use std::time::Duration;

/// What a first try of the same transition ran into.
#[derive(Debug, Default)]
pub(crate) struct KnownFailures {
    /// Unique keys that another record has: whoever writes one is refused.
    pub(crate) taken: Vec<(String, String)>,
    /// Why no changes can be asked for at all, after a panic or a malformed batch.
    pub(crate) broken: Option<String>,
}

impl KnownFailures {
    /// The refusal of everything that pure code would be asked for.
    fn broken(&self) -> Option<Refusal> {
        let why = self.broken.clone()?;
        Some(Refusal::new("internal", why))
    }
}

/// Code at a moment.
pub(crate) struct TurnCode<'a> {
    pub(crate) code: &'a dyn BoundCode,
    pub(crate) moment: Moment,
    pub(crate) failures: &'a KnownFailures,
}

impl TurnCode<'_> {
    fn already_taken(&self, changes: &Changes) -> Option<Refusal> {
        let keys = changes.records.iter().flat_map(|write| {
            write
                .unique
                .iter()
                .map(move |(name, value)| (write.kind, *name, value))
        });
        let is_taken = |kind: &str, name: &str| {
            self.failures
                .taken
                .iter()
                .any(|(of, named)| of == kind && named == name)
        };
        let (kind, name, value) = keys
            .into_iter()
            .find(|(kind, name, _)| is_taken(kind, name))?;
        Some(Refusal::new(
            "already_exists",
            format!("another {kind} has the {name} {value}"),
        ))
    }
}

impl Code for TurnCode<'_> {
    fn decode(&self, state: &RawValue) -> Result<AnyState, CodeError> {
        self.code.decode(state)
    }

    fn has(&self, node: usize) -> bool {
        self.code.has(node)
    }

    fn holds(&self, node: usize, state: &AnyState) -> Option<bool> {
        self.code.holds(node, state)
    }

    fn length(&self, node: usize, state: &AnyState) -> Option<Duration> {
        self.code.length(node, state)
    }

    fn asks(&self, node: usize, state: &AnyState) -> Option<Refusal> {
        self.code.asks(node, state)
    }

    fn record(&self, node: usize, state: &mut AnyState, out: &RawValue) -> Result<(), CodeError> {
        self.code.record(node, state, out)
    }

    fn reads(&self, occasion: Occasion<'_>, state: &AnyState) -> Vec<RecordRef> {
        self.code.reads(occasion, state)
    }

    fn choose(
        &self,
        node: usize,
        state: &AnyState,
        out: &RawValue,
        loaded: &Loaded,
    ) -> Result<Chosen, CodeError> {
        match self.failures.broken() {
            Some(refusal) => Ok(Err(refusal)),
            None => self.code.choose(node, state, out, (loaded, &self.moment)),
        }
    }

    fn changes(
        &self,
        occasion: Occasion<'_>,
        state: &AnyState,
        loaded: &Loaded,
    ) -> Result<Changes, Refusal> {
        if let Some(refusal) = self.failures.broken() {
            return Err(refusal);
        }
        let changes = self.code.changes(occasion, state, loaded, &self.moment)?;
        match self.already_taken(&changes) {
            Some(refusal) => Err(refusal),
            None => Ok(changes),
        }
    }

    fn give_up_at(&self, state: &AnyState) -> Option<Timestamp> {
        self.code.give_up_at(state)
    }

    fn next_action(&self, node: usize, code: &str) -> String {
        self.code.next_action(node, code).to_owned()
    }

    fn random(&self) -> u64 {
        let id = self.moment.new_id().as_u128();
        u64::try_from(id & u128::from(u64::MAX >> 2)).unwrap_or_default()
    }
}
