//! One transition: decide, append, and only then believe it.

use crate::core::{
    Clearance, Decision, Entry, Input, Instance, Now, Refused, Row, decide, effects, standing,
};
use crate::runtime::TurnCode;
use crate::runtime::driver::Driver;
use crate::runtime::runway::Pass;
use crate::runtime::turn::Lessons;
use crossdock_model::{Clock, InstanceId, Refusal, Timestamp};
use crossdock_store::{
    Answer, Appended, Batch, Birth, Cause, Conflict, InstanceWrite, Lane, MessageId, Status,
    StoreError,
};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// After so many lost races for a record the next try waits a little.
const RACES: u32 = 16;

/// What comes with a transition from outside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outside {
    pub(crate) cause: Option<Cause>,
    pub(crate) inbox: Option<MessageId>,
}

/// Why a transition did not happen.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failed {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the idempotency key is bound to {instance}")]
    Claim {
        instance: InstanceId,
        fingerprint: [u8; 32],
    },
    #[error("the message was processed before")]
    Inbox,
    #[error("{0} stands there already")]
    Exists(InstanceId),
    #[error("another process owns the shard")]
    Fenced,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Defect(String),
}

/// What to do about a batch that was not written.
enum Again {
    At(Lessons),
    Later(Lessons, Duration),
    Never(Failed),
}

impl Driver {
    /// Whole milliseconds, so that a fold meets exactly the times that were decided with.
    pub(crate) fn now(&self, pass: Option<&Pass>) -> Now {
        let now = self.inner.clock.now();
        Now {
            at: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
            clearance: pass.map_or(Clearance::Held, Pass::clearance),
            expiring: self.inner.trust.believes(&*self.inner.clock),
        }
    }

    /// Decides on inputs, appends, and then believes it. Answers the entries.
    pub(crate) async fn transition(
        &mut self,
        inputs: &[Input],
        outside: Outside,
    ) -> Result<Vec<Entry>, Failed> {
        let pass = self.pass.take().or_else(|| self.inner.runway.common());
        let pass = pass.filter(|_| !*self.stop.borrow());
        self.held = !matches!(pass, Some(Pass::Common { .. }));
        let turned = self.turn(inputs, &outside, pass.as_ref()).await;
        self.pass = pass;
        // What landed is on disk now, so others may go.
        self.landed.clear();
        turned
    }

    async fn turn(
        &mut self,
        inputs: &[Input],
        outside: &Outside,
        pass: Option<&Pass>,
    ) -> Result<Vec<Entry>, Failed> {
        let lock = Arc::clone(&self.lock);
        let _one_at_a_time = lock.lock().await;
        let mut lessons = Lessons::default();
        let mut races = 0;
        loop {
            let now = self.now(pass);
            let mut decision = match self.decide(inputs, now, &lessons) {
                Ok(decision) => decision,
                Err(again) => {
                    lessons = pause(&self.inner.clock, again).await?;
                    continue;
                }
            };
            if decision.entries.is_empty() && decision.changes.is_empty() {
                return Ok(Vec::new());
            }
            let answer = decision.changes.answer.clone();
            let (batch, status) = self.batch(&mut decision, now, outside)?;
            self.probe_entries(&decision.entries, false);
            let lane = if self.revision == 0 {
                Lane::Start
            } else {
                Lane::Progress
            };
            let again = match self.inner.store.append(lane, batch).await {
                Ok(Appended::Done) => {
                    let Decision { entries, next, .. } = decision;
                    self.believe(next, status, answer.as_ref());
                    self.probe_entries(&entries, true);
                    return Ok(entries);
                }
                Ok(Appended::Fenced) => Again::Never(Failed::Fenced),
                Ok(Appended::Conflict(conflict)) => {
                    races += 1;
                    self.conflicted(conflict, lessons, races)?
                }
                Err(error) => self.broken(error, lessons),
            };
            lessons = pause(&self.inner.clock, again).await?;
        }
    }

    fn decide(&self, inputs: &[Input], now: Now, lessons: &Lessons) -> Result<Decision, Again> {
        let code = TurnCode {
            book: &*self.plan.book,
            store: &*self.inner.store,
            moment: self.inner.moment(self.id, &self.birth, now.at),
            lessons,
            failure: RefCell::new(None),
        };
        let decided = catch_unwind(AssertUnwindSafe(|| {
            decide(&self.plan.definition, &self.instance, inputs, now, &code)
        }));
        if let Some(error) = code.failure.take() {
            return Err(self.broken(error, Lessons::default()));
        }
        match decided {
            Ok(Ok(decision)) => Ok(decision),
            Ok(Err(refused)) => Err(Again::Never(refused.into())),
            Err(panic) if lessons.broken.is_none() => {
                let broken = Some(format!("pure code panicked: {}", panic_text(&*panic)));
                tracing::error!(instance = %self.id, workflow = %self.plan.name, ?broken, "a panic while deciding");
                Err(Again::At(Lessons {
                    taken: lessons.taken.clone(),
                    broken,
                }))
            }
            Err(panic) => Err(Again::Never(Failed::Defect(panic_text(&*panic)))),
        }
    }

    fn batch(
        &self,
        decision: &mut Decision,
        now: Now,
        outside: &Outside,
    ) -> Result<(Batch, Status), Failed> {
        let unwritable = |error: serde_json::Error| Failed::Defect(error.to_string());
        let definition = &self.plan.definition;
        let (status, due) = standing(definition, &decision.next, now.at);
        let mut entries = Vec::with_capacity(decision.entries.len());
        for entry in &decision.entries {
            entries.push(Row::encode(now.at, entry).map_err(unwritable)?);
        }
        let idle = matches!(status, Status::Waiting | Status::Parked)
            && effects(definition, &decision.next).is_empty();
        let snapshot = if idle {
            let state = self.plan.book.encode(&decision.next.state);
            let state = state.map_err(|error| Failed::Defect(error.to_string()))?;
            Some(decision.next.snapshot(state).map_err(unwritable)?)
        } else {
            None
        };
        let parked: Vec<_> = decision.next.parked().collect();
        let parked = match (status, parked.is_empty()) {
            (Status::Parked, false) => {
                Some(serde_json::to_vec(&parked).map_err(unwritable)?.into())
            }
            _ => None,
        };
        let birth = (self.revision == 0).then(|| Birth::clone(&self.birth));
        let mut batch = Batch::new(self.shard, now.at);
        batch.cause.clone_from(&outside.cause);
        batch.inbox.clone_from(&outside.inbox);
        batch.changes = std::mem::take(&mut decision.changes);
        let (id, expected) = (self.id, self.revision);
        batch.instance = Some(InstanceWrite {
            id,
            birth,
            expected,
            entries,
            status,
            due,
            parked,
            snapshot,
        });
        Ok((batch, status))
    }

    /// It is on disk: memory follows.
    fn believe(&mut self, next: Instance, status: Status, answer: Option<&Answer>) {
        self.instance = next;
        self.revision += 1;
        self.status = status;
        self.publish(answer);
    }

    fn conflicted(
        &mut self,
        conflict: Conflict,
        mut lessons: Lessons,
        races: u32,
    ) -> Result<Again, Failed> {
        match conflict {
            Conflict::Record { .. } if races.is_multiple_of(RACES) => {
                Ok(Again::Later(lessons, Duration::from_millis(10)))
            }
            Conflict::Record { .. } => Ok(Again::At(lessons)),
            Conflict::Unique { kind, name, .. } => {
                let known = (kind, name);
                if lessons.taken.contains(&known) {
                    let what = format!(
                        "two writes of one batch claim the {} of {}",
                        known.1, known.0
                    );
                    return Ok(Again::Never(Failed::Defect(what)));
                }
                lessons.taken.push(known);
                Ok(Again::At(lessons))
            }
            Conflict::Claim {
                instance,
                fingerprint,
            } => Ok(Again::Never(Failed::Claim {
                instance,
                fingerprint,
            })),
            Conflict::Inbox => Ok(Again::Never(Failed::Inbox)),
            Conflict::Revision { instance } if self.revision == 0 => {
                Ok(Again::Never(Failed::Exists(instance)))
            }
            Conflict::Revision { .. } => {
                tracing::warn!(instance = %self.id, "the journal has moved on; reading it again");
                self.reload()?;
                Ok(Again::At(lessons))
            }
        }
    }

    fn reload(&mut self) -> Result<(), Failed> {
        let found = self
            .inner
            .load(self.id)
            .map_err(|error| Failed::Defect(error.to_string()))?;
        let found = found.ok_or_else(|| Failed::Defect("the instance is gone".to_owned()))?;
        self.instance = found.instance;
        self.revision = found.row.revision;
        self.status = found.row.status;
        Ok(())
    }

    fn broken(&self, error: StoreError, lessons: Lessons) -> Again {
        match error {
            StoreError::WrongShard { .. } | StoreError::Malformed(_)
                if lessons.broken.is_none() =>
            {
                tracing::error!(instance = %self.id, workflow = %self.plan.name, %error, "the changes cannot be written");
                Again::At(Lessons {
                    taken: lessons.taken,
                    broken: Some(error.to_string()),
                })
            }
            // A completion is never shed: it is tried again for as long as the process lives.
            StoreError::Full | StoreError::Broken(_)
                if self.revision > 0 && !*self.stop.borrow() =>
            {
                tracing::error!(instance = %self.id, %error, "the store failed; trying again in a second");
                Again::Later(lessons, Duration::from_secs(1))
            }
            StoreError::Full
            | StoreError::Broken(_)
            | StoreError::Corrupt(_)
            | StoreError::WrongShard { .. }
            | StoreError::Malformed(_) => Again::Never(Failed::Store(error)),
        }
    }
}

async fn pause(clock: &Arc<dyn Clock>, again: Again) -> Result<Lessons, Failed> {
    match again {
        Again::At(lessons) => Ok(lessons),
        Again::Later(lessons, wait) => {
            let until = clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX);
            clock.sleep_until(until).await;
            Ok(lessons)
        }
        Again::Never(failed) => Err(failed),
    }
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}

/// The refusal in a failed transition, where there is one.
pub(crate) fn refusal_of(refused: &Refused) -> Refusal {
    match refused {
        Refused::Start(refusal) => refusal.clone(),
        Refused::Illegal(_) | Refused::Operator(_) => Refusal::new("internal", refused.to_string()),
    }
}
