//! A record that others write between the turns: what is taken from it is taken once.

use super::random::POOL;
use super::run::Run;
use crate::core::{Decision, DecisionContext, Entry, Input, Undecided, decide};
use crate::define::Loaded;
use crossdock_store::{RecordRef, Version};
use std::collections::BTreeSet;

/// The pool as it stands, and the numbers that others took from it.
#[derive(Debug)]
pub(super) struct Pool {
    version: u64,
    next: u64,
    taken_by_others: BTreeSet<u64>,
    /// How often a decision was made anew because others had been faster.
    pub(super) conflicts: u32,
}

impl Pool {
    pub(super) fn new() -> Self {
        Self {
            version: 1,
            next: 1,
            taken_by_others: BTreeSet::new(),
            conflicts: 0,
        }
    }

    fn take_by_another(&mut self) {
        self.taken_by_others.insert(self.next);
        self.next += 1;
        self.version += 1;
    }
}

impl Run {
    /// The decision that could be committed; none where the inputs are refused.
    pub(super) fn committed(&mut self, inputs: &[Input], now: DecisionContext) -> Option<Decision> {
        let mut loaded = Loaded::default();
        loop {
            let definition = &self.definition;
            let decided = decide(
                definition,
                &self.instance,
                inputs,
                now,
                (&self.code, &loaded),
            );
            match decided {
                Ok(decision) => {
                    if self.rng().one_in(4) {
                        self.pool.take_by_another();
                    }
                    if self.commit(&decision) {
                        return Some(decision);
                    }
                    self.pool.conflicts += 1;
                    loaded = Loaded::default();
                }
                Err(Undecided::Lacks(records)) => loaded = self.load(&records),
                Err(Undecided::Refused(_)) => return None,
            }
        }
    }

    fn load(&self, records: &[RecordRef]) -> Loaded {
        assert_eq!(records, [POOL], "there is no other record");
        let body = self.pool.next.to_string().into();
        Loaded(vec![(POOL, Some((Version(self.pool.version), body)))])
    }

    /// Whether what the decision relies on still stands; then its writes are done.
    fn commit(&mut self, decision: &Decision) -> bool {
        for write in &decision.changes.records {
            if write.expected.0 != self.pool.version {
                return false;
            }
            self.pool.next = serde_json::from_slice(&write.body).unwrap();
            self.pool.version += 1;
        }
        true
    }

    /// Every number was taken once: by a completion, whose journal says which, or by somebody else.
    pub(super) fn check_numbers(&self) {
        let mut taken = self.pool.taken_by_others.clone();
        for (_, entry) in &self.journal {
            if let Entry::Done { out, .. } = entry
                && let Ok(serde_json::Value::Object(chosen)) = serde_json::from_str(out.get())
            {
                let number = chosen["number"].as_u64().unwrap();
                assert!(taken.insert(number), "{number} was taken twice");
            }
        }
        assert!(taken.iter().all(|number| *number < self.pool.next));
    }
}
