//! One run: an instance, its journal, and the world that its effects act on.

use super::deaths::check_admission;
use super::random::{Builder, Fake, Rng, recorded};
use super::records::Pool;
use crate::core::{
    AttemptId, Decision, DecisionContext, Effect, Entry, Input, Instance, NodeStatus, Phase, Row,
};
use crate::core::{apply, blocked, status_and_due};
use crate::define::{Definition, Kind, Undo};
use crossdock_model::{Fault, Refusal, Timestamp};
use crossdock_store::Status;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::time::Duration;

/// One run: an instance, its journal, and the world that its effects act on.
pub(super) struct Run {
    pub(super) definition: Definition,
    pub(super) code: Fake,
    pub(super) instance: Instance,
    pub(super) journal: Vec<(Timestamp, Entry)>,
    pub(super) now: Timestamp,
    pub(super) attempts: Vec<Effect>,
    /// Effects that were made and not undone, in the order they were made.
    pub(super) in_effect: Vec<usize>,
    pub(super) may_fail: bool,
    /// The one fault of a quiet run: which node, and what it meets first.
    pub(super) single: Option<(usize, Fault)>,
    pub(super) sent: HashMap<(usize, bool, u32), u32>,
    /// The attempt that runs isolated, where one does.
    pub(super) isolated: Option<AttemptId>,
    /// Nothing new is begun: the process stops, or a suspect of another instance waits or is in flight.
    pub(super) held: bool,
    pub(super) pool: Pool,
}

impl Run {
    pub(super) fn new(seed: u64) -> Self {
        let rng = Rng::new(seed);
        let definition = Builder::definition(&rng);
        let pivot = definition
            .nodes
            .iter()
            .position(|node| node.kind == Kind::Pivot);
        let refusing = pivot.filter(|_| rng.one_in(6));
        Self {
            instance: Instance::new(&definition),
            definition,
            code: Fake { rng, refusing },
            journal: Vec::new(),
            now: Timestamp::from_second(1_700_000_000).unwrap(),
            attempts: Vec::new(),
            in_effect: Vec::new(),
            may_fail: true,
            single: None,
            sent: HashMap::new(),
            isolated: None,
            held: false,
            pool: Pool::new(),
        }
    }

    pub(super) fn rng(&self) -> &Rng {
        &self.code.rng
    }

    pub(super) fn take(&mut self, inputs: &[Input]) {
        let admission = self.admission();
        let now = DecisionContext {
            at: self.now,
            admission,
            expiring: true,
        };
        let Some(Decision { entries, next, .. }) = self.committed(inputs, now) else {
            let refused = matches!(
                inputs,
                [Input::Cancel { .. } | Input::Resume { .. } | Input::Skip { .. }]
            );
            assert!(
                refused,
                "only operators may ask for what cannot be: {inputs:?}"
            );
            return;
        };
        for entry in entries {
            self.check_entry(&entry);
            check_admission(&entry, admission);
            self.journal.push((self.now, entry));
        }
        self.instance = next;
        if self.journal.len().is_multiple_of(7) {
            self.check_fold();
        }
        self.check_blocked();
        self.launch(admission);
    }

    /// Somebody is needed exactly while it is parked, and nothing moves that waits for them.
    fn check_blocked(&self) {
        let (status, _) = status_and_due(&self.definition, &self.instance, self.now);
        let blocked = blocked(&self.definition, &self.instance);
        assert_eq!(status == Status::Parked, !blocked.is_empty());
        let forward = self.instance.phase == Phase::Forward;
        let waiting = blocked
            .iter()
            .zip(&self.instance.nodes)
            .filter(|(it, _)| **it && forward);
        for (_, node) in waiting {
            let stands = matches!(
                node.status,
                NodeStatus::Idle | NodeStatus::Parked | NodeStatus::Refused
            );
            assert!(stands, "{:?} moves behind a parked node", node.status);
        }
    }

    /// A delivery is the first of its key, or there is doubt about an earlier one.
    pub(super) fn deliver(&mut self, effect: Effect) {
        let before = self
            .sent
            .insert((effect.node, effect.undo, effect.intent), effect.number);
        assert!(
            effect.number == 1 || before.is_some(),
            "a repeated delivery follows an earlier one"
        );
        self.attempts.push(effect);
    }

    pub(super) fn check_entry(&self, entry: &Entry) {
        if let Entry::Attempt { n, u: true, .. } = entry {
            // Reverse order: nothing that comes later in the definition still stands.
            let later = self.in_effect.iter().filter(|other| *other > n);
            assert_eq!(later.count(), 0, "undone in reverse order");
            assert!(!self.instance.pivoted, "nothing is undone after the pivot");
        }
        if let Entry::Ended { status } = entry
            && *status != Status::Completed
        {
            assert_eq!(
                self.in_effect,
                Vec::<usize>::new(),
                "nothing stands after compensation"
            );
        }
    }

    /// The journal, written and read, folds to the very instance; so does a snapshot with its rest.
    pub(super) fn check_fold(&self) {
        let mut folded = Instance::new(&self.definition);
        for (at, entry) in &self.journal {
            let bytes = Row::encode(*at, entry).unwrap();
            let (at, entry) = Row::decode(&bytes).unwrap();
            apply(&self.definition, &mut folded, at, &entry, &self.code).unwrap();
        }
        let state = serde_json::value::to_raw_value(&recorded(&folded.state)).unwrap();
        let snapshot = folded.snapshot(state).unwrap();
        let restored = Instance::restore(&snapshot, &self.code).unwrap();
        for other in [&folded, &restored] {
            assert_eq!(fingerprint(other), fingerprint(&self.instance));
            assert_eq!(recorded(&other.state), recorded(&self.instance.state));
        }
    }

    /// The world answers an attempt: the effect may stand even if the answer is lost.
    pub(super) fn answer(&mut self, index: usize) -> Input {
        let Effect { node, undo, .. } = self.attempts.remove(index);
        self.isolated = self.isolated.filter(|isolated| *isolated != (node, undo));
        let is_step = matches!(
            self.definition.nodes[node].kind,
            Kind::Step {
                undo: Undo::Reversible
            }
        );
        let fault = match &self.single {
            Some((only, _)) if *only == node && !undo => self.single.take().map(|(_, fault)| fault),
            _ if self.may_fail => self.fault(undo),
            _ => None,
        };
        let happens = match &fault {
            None => true,
            Some(Fault::Unknown { .. } | Fault::Poison { .. }) => self.rng().one_in(2),
            Some(_) => false,
        };
        if happens && is_step {
            self.in_effect.retain(|other| *other != node);
            if !undo {
                self.in_effect.push(node);
            }
        }
        if matches!(fault, Some(Fault::Refused(_))) && is_step && !undo {
            // The system tier answers "no" to a repeated delivery only if nothing had happened.
            let stood = self.in_effect.contains(&node);
            if stood {
                return Input::Outcome {
                    node,
                    undo,
                    result: Ok(out(node)),
                };
            }
        }
        let result = match fault {
            None => Ok(out(node)),
            Some(Fault::NothingHappened { .. }) if self.in_effect.contains(&node) => Ok(out(node)),
            Some(fault) => Err(fault),
        };
        Input::Outcome { node, undo, result }
    }

    pub(super) fn fault(&self, undo: bool) -> Option<Fault> {
        let why = String::from("fault");
        match self.rng().below(24) {
            0 => Some(Fault::Retry {
                after: Some(Duration::from_secs(1)),
                why,
            }),
            1 | 2 => Some(Fault::Unknown { why }),
            3 if !undo => Some(Fault::Refused(Refusal::new("no", "no"))),
            4 => Some(Fault::Poison { why }),
            5 => Some(Fault::Misconfigured { why }),
            6 if !undo => Some(Fault::NothingHappened { new_intent: true }),
            7 if !undo => Some(Fault::NothingHappened { new_intent: false }),
            _ => None,
        }
    }

    pub(super) fn disturb(&mut self) {
        match self.rng().below(12) {
            0 => {
                let name = format!("n{}", self.rng().below(self.definition.nodes.len()));
                let id = self.rng().below(3).to_string();
                self.take(&[Input::Signal {
                    name,
                    id,
                    payload: out(0).into(),
                }]);
            }
            1 if self.rng().one_in(6) => {
                self.take(&[Input::Cancel {
                    by: "me".into(),
                    why: "no".into(),
                }]);
            }
            2 => self.take(&[Input::Resume {
                node: None,
                by: "me".into(),
                why: "go".into(),
            }]),
            3 => {
                self.die();
                // What ended it is often still there.
                if self.rng().one_in(3) {
                    self.die();
                }
            }
            6 if self.rng().one_in(4) => self.stop(),
            7 if self.rng().one_in(2) => self.held = !self.held,
            4 | 5 => {
                self.now = self
                    .now
                    .saturating_add(Duration::from_secs(self.rng().next_u64() % 40))
                    .unwrap();
                self.take(&[Input::Tick]);
            }
            _ if !self.attempts.is_empty() => {
                let mut inputs = Vec::new();
                // Siblings that are ready together travel together.
                for _ in 0..=self.rng().below(self.attempts.len()) {
                    let index = self.rng().below(self.attempts.len());
                    inputs.push(self.answer(index));
                }
                self.take(&inputs);
            }
            _ => {}
        }
    }

    /// Faults stop, an operator lets go on what is parked: every instance must end.
    pub(super) fn settle(&mut self) {
        (self.may_fail, self.held) = (false, false);
        for round in 0..400 {
            if matches!(self.instance.phase, Phase::Ended(_)) {
                return;
            }
            while !self.attempts.is_empty() {
                let input = self.answer(0);
                self.take(&[input]);
            }
            self.now = self.now.saturating_add(Duration::from_mins(2)).unwrap();
            self.take(&[Input::Tick]);
            self.take(&[Input::Resume {
                node: None,
                by: "me".into(),
                why: "go".into(),
            }]);
            for n in 0..self.definition.nodes.len() {
                let waits = matches!(self.definition.nodes[n].kind, Kind::Wait { .. });
                if waits && !self.instance.node(n).is_over() {
                    let (name, id) = (format!("n{n}"), format!("calm{round}"));
                    self.take(&[Input::Signal {
                        name,
                        id,
                        payload: out(n).into(),
                    }]);
                }
            }
        }
        let (status, _) = status_and_due(&self.definition, &self.instance, self.now);
        panic!("it never ended: {status:?} {}", fingerprint(&self.instance));
    }

    pub(super) fn start(&mut self) {
        self.take(&[Input::Start {
            state: RawValue::from_string("[]".into()).unwrap(),
            records: Vec::new(),
            trace: None,
        }]);
    }

    pub(super) fn finish(&mut self) {
        self.settle();
        self.check_fold();
        self.check_numbers();
        self.check_end();
    }

    pub(super) fn trace(&mut self) -> String {
        self.start();
        for _ in 0..60 {
            self.disturb();
        }
        self.finish();
        let lines = self
            .journal
            .iter()
            .map(|(at, entry)| format!("{at} {entry:?}\n"));
        lines.collect()
    }

    /// Completed: every step of the frontier's past is done, exactly one result each.
    pub(super) fn check_end(&self) {
        let done = |n: &usize| self.instance.node(*n).status == NodeStatus::Done;
        if self.instance.phase == Phase::Ended(Status::Completed) {
            let (open, complete) = self.instance.frontier(&self.definition);
            assert!(open.is_empty() && complete);
            let owed = (0..self.definition.nodes.len()).filter(done);
            let steps = owed.filter(|n| self.definition.nodes[*n].has_effect());
            for n in steps {
                let results = recorded(&self.instance.state)
                    .iter()
                    .filter(|(of, _)| *of == n)
                    .count();
                assert_eq!(results, 1, "a result is journaled once");
            }
        }
    }
}

impl crate::core::NodeState {
    pub(super) fn is_over(&self) -> bool {
        matches!(self.status, NodeStatus::Done | NodeStatus::Skipped)
    }
}

pub(super) fn out(n: usize) -> Box<RawValue> {
    RawValue::from_string(n.to_string()).unwrap()
}

/// Whatever two folds of one journal must agree in.
fn fingerprint(instance: &Instance) -> String {
    let nodes = serde_json::to_string(&instance.nodes).unwrap_or_default();
    format!(
        "{:?} {nodes} {} {:?}",
        instance.phase, instance.pivoted, instance.seen
    )
}
