//! Random definitions, and code that only remembers.

use crate::code::{AnyState, CodeError, Occasion};
use crate::core::Code;
use crate::define::{Chosen, Definition, Kind, Leg, Loaded, Node, OnDeadline, Retry, Undo};
use crossdock_model::{Refusal, Timestamp};
use crossdock_store::{Changes, RecordRef, RecordWrite};
use serde_json::value::RawValue;
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A small generator with no hidden state: the same seed, the same run.
pub(super) struct Rng(Cell<u64>);

impl Rng {
    pub(super) fn new(seed: u64) -> Self {
        Self(Cell::new(
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678,
        ))
    }

    pub(super) fn next_u64(&self) -> u64 {
        let next = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(next);
        let mixed = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn one_in(&self, sides: u64) -> bool {
        self.next_u64().is_multiple_of(sides)
    }

    pub(super) fn below(&self, limit: usize) -> usize {
        usize::try_from(self.next_u64() % limit.max(1) as u64).unwrap()
    }
}

/// Code whose state is the list of what was recorded.
pub(super) struct Fake {
    pub(super) rng: Rng,
    /// The pivot, where it is to refuse.
    pub(super) refusing: Option<usize>,
}

/// The record whose numbers are given out: its body is the next one.
pub(super) const POOL: RecordRef = RecordRef {
    kind: "pool",
    id: Uuid::from_u128(1),
};

/// The pool without its next number, where it was loaded.
fn take_next(loaded: &Loaded) -> Option<RecordWrite> {
    let (expected, next) = loaded.get::<u64>(&POOL).unwrap()?;
    Some(RecordWrite {
        kind: POOL.kind,
        id: POOL.id,
        tenant: "acme".into(),
        expected,
        body: (next + 1).to_string().into(),
        unique: Vec::new(),
        search: Vec::new(),
    })
}

pub(super) type Recorded = Vec<(usize, String)>;

impl Code for Fake {
    fn decode(&self, state: &RawValue) -> Result<AnyState, CodeError> {
        Ok(Arc::new(
            serde_json::from_str::<Recorded>(state.get()).unwrap(),
        ))
    }
    fn has(&self, _: usize) -> bool {
        true
    }
    fn holds(&self, node: usize, _: &AnyState) -> Option<bool> {
        Some(!node.is_multiple_of(2))
    }
    fn length(&self, _: usize, _: &AnyState) -> Option<Duration> {
        Some(Duration::from_secs(self.rng.next_u64() % 100))
    }
    fn record(&self, node: usize, state: &mut AnyState, out: &RawValue) -> Result<(), CodeError> {
        let mut next = recorded(state);
        next.push((node, out.get().to_owned()));
        *state = Arc::new(next);
        Ok(())
    }
    fn asks(&self, node: usize, _: &AnyState) -> Option<Refusal> {
        // Every fifth wait is for a person.
        (node % 5 == 4).then(|| Refusal::new("decide", "somebody has to"))
    }
    fn reads(&self, occasion: Occasion<'_>, _: &AnyState) -> Vec<RecordRef> {
        match occasion {
            Occasion::Node(n) if n.is_multiple_of(3) => vec![POOL],
            Occasion::Node(_)
            | Occasion::Started
            | Occasion::Refused(_)
            | Occasion::Completed
            | Occasion::Parked(_)
            | Occasion::Resumed(_) => Vec::new(),
        }
    }
    fn choose(
        &self,
        node: usize,
        _: &AnyState,
        out: &RawValue,
        loaded: &Loaded,
    ) -> Result<Chosen, CodeError> {
        let Some((_, next)) = loaded.get::<u64>(&POOL).unwrap() else {
            return Ok(Ok(out.to_owned()));
        };
        let chosen = format!(r#"{{"node":{node},"number":{next}}}"#);
        Ok(Ok(RawValue::from_string(chosen).unwrap()))
    }
    fn changes(
        &self,
        occasion: Occasion<'_>,
        _: &AnyState,
        loaded: &Loaded,
    ) -> Result<Changes, Refusal> {
        match occasion {
            Occasion::Node(n) if self.refusing == Some(n) => Err(Refusal::new("no", "no")),
            Occasion::Node(_) => Ok(Changes {
                records: take_next(loaded).into_iter().collect(),
                ..Changes::none()
            }),
            Occasion::Started
            | Occasion::Refused(_)
            | Occasion::Completed
            | Occasion::Parked(_)
            | Occasion::Resumed(_) => Ok(Changes::none()),
        }
    }
    fn give_up_at(&self, state: &AnyState) -> Option<Timestamp> {
        // Half of the runs give up in time, the others wait for a person.
        let gives_up = self.refusing.is_none_or(|pivot| pivot.is_multiple_of(2));
        let soon = 1_000 * i64::try_from(recorded(state).len()).unwrap();
        gives_up.then(|| Timestamp::from_millisecond(soon).unwrap())
    }
    fn next_action(&self, _: usize, _: &str) -> String {
        String::new()
    }
    fn random(&self) -> u64 {
        self.rng.next_u64()
    }
}

pub(super) fn recorded(state: &AnyState) -> Recorded {
    state.downcast_ref::<Recorded>().unwrap().clone()
}

/// A random definition of up to a dozen nodes.
pub(super) struct Builder<'a> {
    pub(super) rng: &'a Rng,
    pub(super) nodes: Vec<Node>,
}

impl Builder<'_> {
    pub(super) fn definition(rng: &Rng) -> Definition {
        let mut builder = Builder {
            rng,
            nodes: Vec::new(),
        };
        let mut root = builder.chain((false, true), 1 + rng.below(3));
        if rng.one_in(2) || builder.nodes.is_empty() {
            root.push(builder.add(Kind::Pivot));
            root.extend(builder.chain((true, true), 1 + rng.below(3)));
        }
        Definition {
            name: "random".into(),
            nodes: builder.nodes,
            root,
        }
    }

    pub(super) fn chain(&mut self, (after, may_fork): (bool, bool), length: usize) -> Vec<usize> {
        (0..length).map(|_| self.part((after, may_fork))).collect()
    }

    pub(super) fn part(&mut self, (after, may_fork): (bool, bool)) -> usize {
        match self.rng.below(10) {
            0 if may_fork => {
                let legs = (0..2 + self.rng.below(2))
                    .map(|leg| Leg {
                        name: leg.to_string(),
                        chain: self.chain((after, false), 1 + leg % 2),
                    })
                    .collect();
                self.add(Kind::All { legs })
            }
            1 => self.add(Kind::Read),
            2 => self.add(Kind::Timer),
            3 => {
                let choices = [OnDeadline::Park, OnDeadline::Proceed, OnDeadline::Undo];
                let on_deadline = choices[self.rng.below(if after { 2 } else { 3 })];
                self.add(Kind::Wait {
                    deadline_ms: 60_000,
                    on_deadline,
                })
            }
            4 if after => {
                let other = self.add(Kind::Step {
                    undo: Undo::Forward,
                });
                let first = self.add(Kind::Step {
                    undo: Undo::Forward,
                });
                self.nodes[first].or = Some(other);
                first
            }
            _ => {
                let undo = if after {
                    Undo::Forward
                } else {
                    Undo::Reversible
                };
                let n = self.add(Kind::Step { undo });
                if self.rng.one_in(4) {
                    self.nodes[n].when = vec!["odd".into()];
                }
                n
            }
        }
    }

    pub(super) fn add(&mut self, kind: Kind) -> usize {
        let n = self.nodes.len();
        let retry = Some(
            Retry {
                attempts: 3,
                ..Retry::STANDARD
            }
            .stored(),
        );
        let (id, code) = (format!("n{n}"), format!("n{n}@1"));
        self.nodes.push(Node {
            id,
            code,
            kind,
            when: Vec::new(),
            or: None,
            retry,
        });
        n
    }
}
