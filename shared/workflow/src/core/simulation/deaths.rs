//! The process dies, or stops in order: which attempts are lost, which run isolated, which are parked.

use super::run::Run;
use crate::core::isolation::PROCESS_DEATHS;
use crate::core::{Admission, AttemptId, Entry, Input, effects, suspect};
use crate::define::{Definition, Kind};
use std::collections::BTreeSet;
use std::time::Duration;

impl Run {
    /// As the runtime grants it.
    pub(super) fn admission(&self) -> Admission {
        match suspect(&self.instance, self.now) {
            _ if self.held || self.isolated.is_some() => Admission::Closed,
            None => Admission::Shared,
            Some(attempt) if self.attempts.is_empty() => Admission::Exclusive(attempt),
            Some(_) => Admission::Closed,
        }
    }

    /// Launches what the turn had a permit for; the rest is deferred.
    pub(super) fn launch(&mut self, admission: Admission) {
        let mut deferred = Vec::new();
        for effect in effects(&self.definition, &self.instance) {
            let attempt = (effect.node, effect.undo);
            if self.in_flight().contains(&attempt) {
                continue;
            }
            match admission {
                Admission::Shared => self.deliver(effect),
                Admission::Exclusive(only) if only == attempt => {
                    assert!(self.attempts.is_empty(), "a suspect runs isolated");
                    self.isolated = Some(attempt);
                    self.deliver(effect);
                }
                Admission::Exclusive(_) | Admission::Closed => deferred.push(Input::Deferred {
                    attempt,
                    begun: false,
                }),
            }
        }
        if !deferred.is_empty() {
            self.take(&deferred);
        }
    }

    /// The process dies: what was in flight is lost, though it may have happened, and nothing else is.
    pub(super) fn die(&mut self) {
        let (in_flight, isolated) = (self.in_flight(), self.isolated);
        self.held = false;
        let expected: BTreeSet<AttemptId> = effects(&self.definition, &self.instance)
            .iter()
            .map(|effect| (effect.node, effect.undo))
            .collect();
        assert!(
            expected.is_subset(&in_flight),
            "what the journal says is in flight is in flight"
        );
        self.abandon();
        let before = self.journal.len();
        self.take(&[Input::Recovered]);
        let since = || self.entries().skip(before);
        let lost = since().filter_map(|entry| {
            let Entry::AttemptLost { n, u } = entry else {
                return None;
            };
            Some((*n, *u))
        });
        assert_eq!(lost.collect::<BTreeSet<_>>(), expected);
        for (n, u) in parked_suspects(since()) {
            assert_eq!(isolated, Some((n, u)), "only what ran isolated is parked");
            assert!(
                self.instance.node(n).consecutive_deaths > 2,
                "and not the first time"
            );
        }
    }

    /// The process stops in order and waits for nobody: that is no death of the process.
    pub(super) fn stop(&mut self) {
        let wanted = effects(&self.definition, &self.instance);
        let cut = wanted.iter().map(|effect| Input::Deferred {
            attempt: (effect.node, effect.undo),
            begun: true,
        });
        let cut: Vec<Input> = cut.collect();
        self.held = true;
        self.take(&cut);
        self.abandon();
        self.held = false;
        let before = self.journal.len();
        self.take(&[Input::Recovered]);
        let lost = |(_, entry): &(_, Entry)| matches!(entry, Entry::AttemptLost { .. });
        assert!(!self.journal[before..].iter().any(lost));
    }

    /// Nobody waits for what is in flight any more; some of it happens all the same.
    fn abandon(&mut self) {
        for index in (0..self.attempts.len()).rev() {
            if self.rng().one_in(2) {
                drop(self.answer(index));
            }
        }
        self.attempts.clear();
        self.isolated = None;
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.journal.iter().map(|(_, entry)| entry)
    }

    fn in_flight(&self) -> BTreeSet<AttemptId> {
        let in_flight = self
            .attempts
            .iter()
            .map(|effect| (effect.node, effect.undo));
        in_flight.collect()
    }

    /// One step takes the process down at each attempt, as long as nobody mends it.
    fn live_with(&mut self, guilty: usize) {
        for _ in 0..100 {
            let innocent = self
                .attempts
                .iter()
                .position(|effect| effect.node != guilty);
            let strikes = self.in_flight().contains(&(guilty, false)) && self.rng().one_in(2);
            match innocent {
                _ if strikes => self.die(),
                Some(index) => {
                    let input = self.answer(index);
                    self.take(&[input]);
                }
                None => {
                    self.now = self.now.saturating_add(Duration::from_secs(20)).unwrap();
                    self.take(&[Input::Tick]);
                }
            }
        }
    }
}

/// Nothing begins without admission, and what runs isolated says so in the journal before it runs.
pub(super) fn check_admission(entry: &Entry, admission: Admission) {
    let Entry::Attempt { n, u, isolated, .. } = entry else {
        return;
    };
    match admission {
        Admission::Closed => panic!("{n} begins while nothing may"),
        Admission::Exclusive(attempt) => assert_eq!((attempt, *isolated), ((*n, *u), true)),
        Admission::Shared => assert!(!isolated, "{n} is not isolated, and its journal says it is"),
    }
}

fn parked_suspects<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<AttemptId> {
    let guilty = entries.filter_map(|entry| {
        let Entry::Parked { n, u, code, .. } = entry else {
            return None;
        };
        (code == PROCESS_DEATHS).then_some((*n, *u))
    });
    guilty.collect()
}

/// A step that has others beside it, where there is one.
fn suitable_node(definition: &Definition) -> Option<usize> {
    let is_attempted =
        |n: &usize| matches!(definition.nodes[*n].kind, Kind::Step { .. } | Kind::Read);
    let legs = definition.nodes.iter().find_map(|node| {
        let Kind::All { legs } = &node.kind else {
            return None;
        };
        Some(legs)
    });
    let beside = legs.and_then(|legs| {
        legs.iter()
            .flat_map(|leg| leg.chain.clone())
            .find(is_attempted)
    });
    beside.or_else(|| (0..definition.nodes.len()).rev().find(is_attempted))
}

#[test]
fn what_takes_the_process_down_is_parked_and_nothing_else_is() {
    let (mut guilty_found, mut innocents_cleared) = (0, 0);
    for seed in 0..2_000 {
        let mut run = Run::new(seed);
        run.may_fail = false;
        let Some(guilty) = suitable_node(&run.definition) else {
            continue;
        };
        run.start();
        run.live_with(guilty);
        let found = parked_suspects(run.entries());
        assert!(
            found.iter().all(|attempt| *attempt == (guilty, false)),
            "seed {seed}: {found:?}"
        );
        let lost = |entry: &&Entry| matches!(entry, Entry::AttemptLost { n, .. } if *n == guilty);
        let deaths = run.entries().filter(lost).count();
        assert!(
            deaths <= 3,
            "seed {seed}: it died {deaths} times of one step"
        );
        guilty_found += found.len();
        let cleared = |entry: &Entry| matches!(entry, Entry::Attempt { n, isolated: true, .. } if *n != guilty);
        innocents_cleared += usize::from(run.entries().any(cleared));
        run.finish();
    }
    assert!(guilty_found > 500, "{guilty_found}");
    assert!(innocents_cleared > 100, "{innocents_cleared}");
}
