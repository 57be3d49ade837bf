//! What an attempt's outcome leads to: the table of promises, row by row.

use crate::code::{CodeError, Occasion};
use crate::core::effects::is_waiting_read;
use crate::core::turn::{ParkReason, Turn};
use crate::core::{Entry, Illegal, NodeStatus, Phase, Undecided};
use crate::define::{Loaded, ParkClass};
use crossdock_model::{Fault, Refusal, Timestamp};
use serde_json::value::RawValue;
use std::time::Duration;

impl Turn<'_> {
    /// The outcome of an attempt; one that nobody waits for any more is dropped.
    pub(super) fn outcome(
        &mut self,
        n: usize,
        result: &Result<Box<RawValue>, Fault>,
    ) -> Result<(), Undecided> {
        let awaited = self.next.node(n).status == NodeStatus::Running
            || is_waiting_read(self.definition, &self.next, n);
        if !awaited || matches!(self.next.phase, Phase::Ended(_)) {
            return Ok(());
        }
        let doubt = self.next.node(n).doubt;
        match result {
            Ok(out) if self.next.phase == Phase::Backward => {
                // It is undone next, so what it would have changed is left out.
                self.push(Entry::Done {
                    n,
                    out: (**out).to_owned(),
                })
            }
            Ok(out) => self.done(n, out),
            Err(Fault::Refused(refusal)) => self.refused(n, refusal),
            Err(Fault::Retry { after, why }) => self.again(n, (*after, doubt, false), why),
            Err(Fault::Unknown { why }) => {
                let doubt = self.node(n)?.has_effect();
                self.again(n, (None, doubt, doubt), why)
            }
            Err(Fault::NothingHappened { new_intent }) => self.nothing_happened(n, *new_intent),
            Err(Fault::Misconfigured { why }) => {
                let class = ParkClass::Misconfigured;
                self.park(
                    n,
                    false,
                    ParkReason {
                        class,
                        code: "misconfigured",
                        why,
                        doubt,
                    },
                )
            }
            Err(Fault::Poison { why }) => {
                let doubt = self.node(n)?.has_effect();
                self.park(
                    n,
                    false,
                    ParkReason {
                        class: ParkClass::Poison,
                        code: "poison",
                        why,
                        doubt,
                    },
                )
            }
        }
    }

    /// A step's completion: what it takes from the records is chosen first, and journaled.
    fn done(&mut self, n: usize, out: &RawValue) -> Result<(), Undecided> {
        let loaded = self.loaded(Occasion::Node(n))?;
        let out_of = |out| Entry::Done { n, out };
        match self.code.choose(n, &self.next.state, out, &loaded) {
            Ok(Ok(out)) => self.complete(n, out_of(out), &loaded),
            Ok(Err(refusal)) if self.next.pivoted => self.park_refused(n, &refusal),
            Ok(Err(refusal)) => {
                self.push(out_of(out.to_owned()))?;
                let (r, by) = (refusal, None);
                self.push(Entry::Backward { r, by })
            }
            Err(error) => self.park_unreadable(n, &error),
        }
    }

    /// A completion with its changes; refused changes turn round before the pivot, and park after it.
    pub(crate) fn complete(
        &mut self,
        n: usize,
        entry: Entry,
        loaded: &Loaded,
    ) -> Result<(), Undecided> {
        let before = self.next.clone();
        match self.try_push(entry) {
            Err(Illegal::Code(error)) => {
                self.next = before;
                return self.park_unreadable(n, &error);
            }
            other => other?,
        }
        match self
            .code
            .changes(Occasion::Node(n), &self.next.state, loaded)
        {
            Ok(changes) => {
                self.add(changes);
                Ok(())
            }
            Err(refusal) if !self.next.pivoted => self.push(Entry::Backward {
                r: refusal,
                by: None,
            }),
            Err(refusal) => {
                self.next = before;
                self.entries.pop();
                self.park_refused(n, &refusal)
            }
        }
    }

    fn park_refused(&mut self, n: usize, refusal: &Refusal) -> Result<(), Undecided> {
        self.park_in_doubt(n, (ParkClass::Refused, &refusal.code), &refusal.detail)
    }

    fn park_unreadable(&mut self, n: usize, error: &CodeError) -> Result<(), Undecided> {
        self.park_in_doubt(n, (ParkClass::Poison, "poison"), &error.to_string())
    }

    /// It has happened, and what follows from it may not be, or cannot be read: for a person.
    fn park_in_doubt(
        &mut self,
        n: usize,
        (class, code): (ParkClass, &str),
        why: &str,
    ) -> Result<(), Undecided> {
        let reason = ParkReason {
            class,
            code,
            why,
            doubt: true,
        };
        self.park(n, false, reason)
    }

    fn refused(&mut self, n: usize, refusal: &Refusal) -> Result<(), Undecided> {
        let backward = self.next.phase == Phase::Backward;
        let has_other = self.node(n)?.or.is_some();
        if self.next.pivoted && !has_other {
            let Refusal {
                code, detail: why, ..
            } = refusal;
            let class = ParkClass::Refused;
            return self.park(
                n,
                false,
                ParkReason {
                    class,
                    code,
                    why,
                    doubt: false,
                },
            );
        }
        self.push(Entry::Refused {
            n,
            r: refusal.clone(),
        })?;
        if has_other || backward {
            return Ok(());
        }
        self.push(Entry::Backward {
            r: refusal.clone(),
            by: None,
        })
    }

    fn nothing_happened(&mut self, n: usize, new_intent: bool) -> Result<(), Undecided> {
        let spent = self.is_spent(n)?;
        if new_intent && !spent && self.node(n)?.has_effect() {
            return self.push(Entry::IntentRaised { n, u: false });
        }
        self.again(
            n,
            (None, false, false),
            "a probe found that nothing had happened",
        )
    }

    fn is_spent(&self, n: usize) -> Result<bool, Undecided> {
        let attempts = self
            .node(n)?
            .retry
            .as_ref()
            .map_or(1, |retry| retry.attempts);
        Ok(self.next.node(n).tries >= attempts)
    }

    /// Another attempt later, or the exception desk when there were enough.
    fn again(
        &mut self,
        n: usize,
        (after, doubt, sent): (Option<Duration>, bool, bool),
        why: &str,
    ) -> Result<(), Undecided> {
        if let Some(until) = self.gives_up_at() {
            return self.again_until(n, until, (after, doubt, sent), why);
        }
        if self.is_spent(n)? && self.next.phase == Phase::Forward {
            let (class, code) = if doubt {
                (ParkClass::Unknown, "unknown")
            } else {
                (ParkClass::Exhausted, "exhausted")
            };
            return self.park(
                n,
                false,
                ParkReason {
                    class,
                    code,
                    why,
                    doubt,
                },
            );
        }
        let due = self.due_again(n, after)?;
        self.push(Entry::Retry {
            n,
            u: false,
            due,
            doubt,
            sent,
            why: why.to_owned(),
        })
    }

    /// When everything is undone if nobody can be asked till then; none where it is for a person, or under way already.
    fn gives_up_at(&self) -> Option<Timestamp> {
        let undecided = self.next.phase == Phase::Forward && !self.next.pivoted;
        undecided
            .then(|| self.code.give_up_at(&self.next.state))
            .flatten()
    }

    /// Another attempt, the last one at that time; after it everything is undone.
    fn again_until(
        &mut self,
        n: usize,
        until: Timestamp,
        (after, doubt, sent): (Option<Duration>, bool, bool),
        why: &str,
    ) -> Result<(), Undecided> {
        let last = until.as_millisecond();
        let is_over = self.now.at >= until;
        let due = if is_over {
            self.now.at.as_millisecond()
        } else {
            self.due_again(n, after)?.min(last)
        };
        self.push(Entry::Retry {
            n,
            u: false,
            due,
            doubt,
            sent,
            why: why.to_owned(),
        })?;
        if !is_over {
            return Ok(());
        }
        let detail = format!(
            "nobody could be asked in time, and everything was given back; ask again under a new key: {why}"
        );
        self.push(Entry::Backward {
            r: Refusal::new("unavailable", detail),
            by: None,
        })
    }

    fn due_again(&self, n: usize, after: Option<Duration>) -> Result<i64, Illegal> {
        let tries = self.next.node(n).tries.max(1);
        let random = self.code.random();
        let retry = self.node(n)?.retry.as_ref();
        let delay = retry.map(|retry| retry.delay(tries, after, random));
        Ok(self.after(delay.unwrap_or(Duration::from_secs(1))))
    }

    /// The first whole millisecond that is not before now and that long.
    pub(crate) fn after(&self, delay: Duration) -> i64 {
        let wait = i64::try_from(delay.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX);
        let limit = Timestamp::MAX.as_millisecond();
        self.now
            .at
            .as_millisecond()
            .saturating_add(1)
            .saturating_add(wait)
            .min(limit)
    }

    pub(super) fn undo_outcome(
        &mut self,
        n: usize,
        result: &Result<Box<RawValue>, Fault>,
    ) -> Result<(), Undecided> {
        if self.next.node(n).status != NodeStatus::UndoRunning {
            return Ok(());
        }
        let doubt = self.next.node(n).doubt;
        let sent = matches!(result, Err(Fault::Unknown { .. }));
        let (code, why, after, doubt, final_no) = match result {
            Ok(_) => return self.push(Entry::Undone { n, by: None }),
            Err(Fault::Refused(refusal)) => (
                refusal.code.as_str(),
                refusal.detail.clone(),
                None,
                doubt,
                true,
            ),
            Err(Fault::NothingHappened { new_intent: true }) if !self.is_spent(n)? => {
                return self.push(Entry::IntentRaised { n, u: true });
            }
            Err(Fault::NothingHappened { .. }) => (
                "exhausted",
                "a probe found that nothing had been undone".to_owned(),
                None,
                false,
                false,
            ),
            Err(Fault::Retry { after, why }) => ("exhausted", why.clone(), *after, doubt, false),
            Err(Fault::Unknown { why }) => ("unknown", why.clone(), None, true, false),
            Err(Fault::Misconfigured { why }) => ("misconfigured", why.clone(), None, doubt, true),
            Err(Fault::Poison { why }) => ("poison", why.clone(), None, true, true),
        };
        if final_no || self.is_spent(n)? {
            let class = match code {
                "misconfigured" => ParkClass::Misconfigured,
                _ => ParkClass::CompensationStuck,
            };
            return self.park(
                n,
                true,
                ParkReason {
                    class,
                    code,
                    why: &why,
                    doubt,
                },
            );
        }
        let due = self.due_again(n, after)?;
        self.push(Entry::Retry {
            n,
            u: true,
            due,
            doubt,
            sent,
            why,
        })
    }
}
