//! The process dies, or stops in order: who is lost, who flies alone, who is found out.

use super::run::Run;
use crate::core::suspects::PROCESS_DEATHS;
use crate::core::{Clearance, Entry, Input, Place, effects, suspect};
use crate::define::{Definition, Kind};
use std::collections::BTreeSet;
use std::time::Duration;

impl Run {
    /// As the runtime grants it.
    pub(super) fn clearance(&self) -> Clearance {
        match suspect(&self.instance, self.now) {
            _ if self.held || self.alone.is_some() => Clearance::Held,
            None => Clearance::Common,
            Some(place) if self.flying.is_empty() => Clearance::Alone(place),
            Some(_) => Clearance::Held,
        }
    }

    /// What the turn was cleared for flies; the rest is put off.
    pub(super) fn launch(&mut self, clearance: Clearance) {
        let mut held_back = Vec::new();
        for effect in effects(&self.definition, &self.instance) {
            let place = (effect.node, effect.undo);
            if self.aloft().contains(&place) {
                continue;
            }
            match clearance {
                Clearance::Common => self.deliver(effect),
                Clearance::Alone(only) if only == place => {
                    assert!(self.flying.is_empty(), "a suspect flies alone");
                    self.alone = Some(place);
                    self.deliver(effect);
                }
                Clearance::Alone(_) | Clearance::Held => held_back.push(Input::PutOff {
                    place,
                    begun: false,
                }),
            }
        }
        if !held_back.is_empty() {
            self.take(&held_back);
        }
    }

    /// The process dies: what flew is lost, though it may have happened, and nothing else is.
    pub(super) fn die(&mut self) {
        let (flew, alone) = (self.aloft(), self.alone);
        self.held = false;
        let expected: BTreeSet<Place> = effects(&self.definition, &self.instance)
            .iter()
            .map(|effect| (effect.node, effect.undo))
            .collect();
        assert!(
            expected.is_subset(&flew),
            "what the journal says is under way is under way"
        );
        self.let_go();
        let before = self.journal.len();
        self.take(&[Input::Recovered]);
        let told = || self.entries().skip(before);
        let lost = told().filter_map(|entry| {
            let Entry::Lost { n, u } = entry else {
                return None;
            };
            Some((*n, *u))
        });
        assert_eq!(lost.collect::<BTreeSet<_>>(), expected);
        for (n, u) in found_out(told()) {
            assert_eq!(alone, Some((n, u)), "only who flew alone is found out");
            assert!(self.instance.node(n).lost > 2, "and not the first time");
        }
    }

    /// The process stops in order and waits for nobody: that is no death.
    pub(super) fn stop(&mut self) {
        let wanted = effects(&self.definition, &self.instance);
        let cut = wanted.iter().map(|effect| Input::PutOff {
            place: (effect.node, effect.undo),
            begun: true,
        });
        let cut: Vec<Input> = cut.collect();
        self.held = true;
        self.take(&cut);
        self.let_go();
        self.held = false;
        let before = self.journal.len();
        self.take(&[Input::Recovered]);
        let lost = |(_, entry): &(_, Entry)| matches!(entry, Entry::Lost { .. });
        assert!(!self.journal[before..].iter().any(lost));
    }

    /// Nobody waits for what flies any more; some of it happens all the same.
    fn let_go(&mut self) {
        for flight in (0..self.flying.len()).rev() {
            if self.dice().one_in(2) {
                drop(self.answer(flight));
            }
        }
        self.flying.clear();
        self.alone = None;
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.journal.iter().map(|(_, entry)| entry)
    }

    fn aloft(&self) -> BTreeSet<Place> {
        let places = self.flying.iter().map(|flight| (flight.node, flight.undo));
        places.collect()
    }

    /// One step takes the process down at each attempt, as long as nobody mends it.
    fn live_with(&mut self, guilty: usize) {
        for _ in 0..100 {
            let innocent = self.flying.iter().position(|flight| flight.node != guilty);
            let strikes = self.aloft().contains(&(guilty, false)) && self.dice().one_in(2);
            match innocent {
                _ if strikes => self.die(),
                Some(flight) => {
                    let input = self.answer(flight);
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

/// Nothing begins that was not cleared, and what flies alone is known to before it flies.
pub(super) fn check_clearance(entry: &Entry, clearance: Clearance) {
    let Entry::Attempt { n, u, alone, .. } = entry else {
        return;
    };
    match clearance {
        Clearance::Held => panic!("{n} begins while nothing may"),
        Clearance::Alone(place) => assert_eq!((place, *alone), ((*n, *u), true)),
        Clearance::Common => assert!(!alone, "{n} is not alone, and its journal says so"),
    }
}

fn found_out<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<Place> {
    let guilty = entries.filter_map(|entry| {
        let Entry::Parked { n, u, code, .. } = entry else {
            return None;
        };
        (code == PROCESS_DEATHS).then_some((*n, *u))
    });
    guilty.collect()
}

/// A step that has others beside it, where there is one.
fn suited(definition: &Definition) -> Option<usize> {
    let flies = |n: &usize| matches!(definition.nodes[*n].kind, Kind::Step { .. } | Kind::Read);
    let legs = definition.nodes.iter().find_map(|node| {
        let Kind::All { legs } = &node.kind else {
            return None;
        };
        Some(legs)
    });
    let beside = legs.and_then(|legs| legs.iter().flat_map(|leg| leg.chain.clone()).find(flies));
    beside.or_else(|| (0..definition.nodes.len()).rev().find(flies))
}

#[test]
fn who_takes_the_process_down_is_found_out_and_nobody_else_is() {
    let (mut guilty_found, mut innocents_cleared) = (0, 0);
    for seed in 0..2_000 {
        let mut run = Run::new(seed);
        run.may_fail = false;
        let Some(guilty) = suited(&run.definition) else {
            continue;
        };
        run.start();
        run.live_with(guilty);
        let found = found_out(run.entries());
        assert!(
            found.iter().all(|place| *place == (guilty, false)),
            "seed {seed}: {found:?}"
        );
        let lost = |entry: &&Entry| matches!(entry, Entry::Lost { n, .. } if *n == guilty);
        let deaths = run.entries().filter(lost).count();
        assert!(
            deaths <= 3,
            "seed {seed}: it died {deaths} times of one step"
        );
        guilty_found += found.len();
        let cleared =
            |entry: &Entry| matches!(entry, Entry::Attempt { n, alone: true, .. } if *n != guilty);
        innocents_cleared += usize::from(run.entries().any(cleared));
        run.finish();
    }
    assert!(guilty_found > 500, "{guilty_found}");
    assert!(innocents_cleared > 100, "{innocents_cleared}");
}
