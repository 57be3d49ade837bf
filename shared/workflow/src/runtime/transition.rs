//! One transition: decide, append, and only then adopt what was decided.

use crate::core::{
    Admission, Decision, DecisionContext, Entry, Input, Instance, Refused, Row, Undecided, decide,
    effects, status_and_due,
};
use crate::define::Loaded;
use crate::runtime::command::{TransitionError, Trigger};
use crate::runtime::driver::Driver;
use crate::runtime::permit::Permit;
use crate::runtime::turn::{KnownFailures, TurnCode};
use crossdock_model::{Clock, Refusal, Timestamp};
use crossdock_store::{
    Answer, Appended, Batch, Conflict, InstanceHeader, InstanceWrite, QueueClass, RecordRef,
    Status, StoreError,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// So often a decision may ask for more records: each may depend on what the last ones said.
const LOADS: usize = 8;
/// After so many lost races for a record the next try waits a little.
const RACES: u32 = 16;

/// What to do about a batch that was not written.
enum AppendRetry {
    Now(KnownFailures),
    After(KnownFailures, Duration),
    GiveUp(TransitionError),
}

impl Driver {
    /// Whole milliseconds, so that a fold meets exactly the times that were decided with.
    pub(crate) fn now(&self, permit: Option<&Permit>) -> DecisionContext {
        let now = self.inner.clock.now();
        DecisionContext {
            at: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
            admission: permit.map_or(Admission::Closed, Permit::admission),
            expiring: self.inner.clock_jumps.in_step(&*self.inner.clock),
        }
    }

    /// Decides on inputs, appends, and adopts what was decided once it is on disk. Answers the entries.
    pub(crate) async fn transition(
        &mut self,
        inputs: &[Input],
        trigger: Trigger,
    ) -> Result<Vec<Entry>, TransitionError> {
        let permit = self.permit.take();
        let permit = permit.or_else(|| self.inner.permits.try_shared());
        let permit = permit.filter(|_| !*self.stop.borrow());
        self.held_back = !matches!(permit, Some(Permit::Shared { .. }));
        let turned = self.turn(inputs, &trigger, permit.as_ref()).await;
        self.permit = permit;
        // What finished is on disk now, so its permits are given back.
        self.unsaved.clear();
        turned
    }

    async fn turn(
        &mut self,
        inputs: &[Input],
        trigger: &Trigger,
        permit: Option<&Permit>,
    ) -> Result<Vec<Entry>, TransitionError> {
        let lock = Arc::clone(&self.key_lock);
        let _one_at_a_time = lock.lock().await;
        let mut failures = KnownFailures::default();
        let mut races = 0;
        loop {
            let now = self.now(permit);
            let mut decision = match self.decide(inputs, now, &failures).await {
                Ok(decision) => decision,
                Err(again) => {
                    failures = pause(&self.inner.clock, again).await?;
                    continue;
                }
            };
            if decision.entries.is_empty() && decision.changes.is_empty() {
                return Ok(Vec::new());
            }
            let answer = decision.changes.answer.clone();
            let (batch, status) = self.batch(&mut decision, now, trigger)?;
            self.reached_boundaries(&decision.entries, false);
            let class = if self.revision == 0 {
                QueueClass::Start
            } else {
                QueueClass::Progress
            };
            let again = match self.inner.store.append(class, batch).await {
                Ok(Appended::Done) => {
                    let Decision { entries, next, .. } = decision;
                    self.adopt(next, status, answer.as_ref());
                    self.reached_boundaries(&entries, true);
                    return Ok(entries);
                }
                Ok(Appended::Fenced) => AppendRetry::GiveUp(TransitionError::Fenced),
                Ok(Appended::Conflict(conflict)) if is_of_start(inputs, &conflict) => {
                    let taken = "a record that comes with the start stands there already";
                    let refusal = Refusal::new("already_exists", taken);
                    AppendRetry::GiveUp(Refused::Start(refusal).into())
                }
                Ok(Appended::Conflict(conflict)) => {
                    races += 1;
                    self.conflicted(conflict, failures, races).await?
                }
                Err(error) => self.broken(error, failures),
            };
            failures = pause(&self.inner.clock, again).await?;
        }
    }

    /// Decides over the records that the decision turns out to depend on, all as they stand at one moment.
    async fn decide(
        &mut self,
        inputs: &[Input],
        now: DecisionContext,
        failures: &KnownFailures,
    ) -> Result<Decision, AppendRetry> {
        let mut loaded = Loaded::default();
        for _load in 0..LOADS {
            match self.decide_over(inputs, now, failures, &loaded)? {
                Ok(decision) => return Ok(decision),
                Err(lacking) => loaded = self.load(&loaded, lacking).await?,
            }
        }
        let endless = format!("{LOADS} loads were not all that its changes read");
        Err(AppendRetry::GiveUp(TransitionError::Defect(endless)))
    }

    /// The records that are there already, and those that are lacking.
    async fn load(
        &mut self,
        loaded: &Loaded,
        lacking: Vec<RecordRef>,
    ) -> Result<Loaded, AppendRetry> {
        let known = loaded.0.iter().map(|(record, _)| record.clone());
        let wanted: Vec<RecordRef> = known.chain(lacking).collect();
        let found = self.inner.store.load(&self.header.tenant, &wanted).await;
        let found = found.map_err(|error| self.broken(error, KnownFailures::default()))?;
        let bodies = found
            .into_iter()
            .map(|found| found.map(|record| (record.version, record.body)));
        Ok(Loaded(wanted.into_iter().zip(bodies).collect()))
    }

    /// One pure decision, or the records that it lacks.
    fn decide_over(
        &self,
        inputs: &[Input],
        now: DecisionContext,
        failures: &KnownFailures,
        loaded: &Loaded,
    ) -> Result<Result<Decision, Vec<RecordRef>>, AppendRetry> {
        let code = TurnCode {
            code: &*self.plan.code,
            moment: self.inner.moment(self.id, &self.header, now.at),
            failures,
        };
        let (definition, instance) = (&self.plan.definition, &self.instance);
        let decided = catch_unwind(AssertUnwindSafe(|| {
            decide(definition, instance, inputs, now, (&code, loaded))
        }));
        match decided {
            Ok(Ok(decision)) => Ok(Ok(decision)),
            Ok(Err(Undecided::Lacks(records))) => Ok(Err(records)),
            Ok(Err(Undecided::Refused(refused))) => Err(AppendRetry::GiveUp(refused.into())),
            Err(panic) if failures.broken.is_none() => {
                let broken = Some(format!("pure code panicked: {}", panic_text(&*panic)));
                tracing::error!(instance = %self.id, workflow = %self.plan.name, ?broken, "a panic while deciding");
                Err(AppendRetry::Now(KnownFailures {
                    taken: failures.taken.clone(),
                    broken,
                }))
            }
            Err(panic) => Err(AppendRetry::GiveUp(TransitionError::Defect(panic_text(
                &*panic,
            )))),
        }
    }

    fn batch(
        &self,
        decision: &mut Decision,
        now: DecisionContext,
        trigger: &Trigger,
    ) -> Result<(Batch, Status), TransitionError> {
        let unwritable = |error: serde_json::Error| TransitionError::Defect(error.to_string());
        let definition = &self.plan.definition;
        let (status, due) = status_and_due(definition, &decision.next, now.at);
        let mut entries = Vec::with_capacity(decision.entries.len());
        for entry in &decision.entries {
            entries.push(Row::encode(now.at, entry).map_err(unwritable)?);
        }
        let idle = matches!(status, Status::Waiting | Status::Parked)
            && effects(definition, &decision.next).is_empty();
        let snapshot = if idle {
            let state = self.plan.code.encode(&decision.next.state);
            let state = state.map_err(|error| TransitionError::Defect(error.to_string()))?;
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
        let header = (self.revision == 0).then(|| InstanceHeader::clone(&self.header));
        let mut batch = Batch::new(self.shard, now.at);
        batch.cause.clone_from(&trigger.cause);
        batch.inbox.clone_from(&trigger.inbox);
        batch.changes = std::mem::take(&mut decision.changes);
        let (id, expected) = (self.id, self.revision);
        batch.instance = Some(InstanceWrite {
            id,
            header,
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
    fn adopt(&mut self, next: Instance, status: Status, answer: Option<&Answer>) {
        self.instance = next;
        self.revision += 1;
        self.status = status;
        self.publish(answer);
    }

    async fn conflicted(
        &mut self,
        conflict: Conflict,
        mut failures: KnownFailures,
        races: u32,
    ) -> Result<AppendRetry, TransitionError> {
        match conflict {
            Conflict::Record { .. } if races.is_multiple_of(RACES) => {
                Ok(AppendRetry::After(failures, Duration::from_millis(10)))
            }
            Conflict::Record { .. } => Ok(AppendRetry::Now(failures)),
            Conflict::Unique { kind, name, .. } => {
                let unique = (kind, name);
                if failures.taken.contains(&unique) {
                    let what = format!(
                        "two writes of one batch claim the {} of {}",
                        unique.1, unique.0
                    );
                    return Ok(AppendRetry::GiveUp(TransitionError::Defect(what)));
                }
                failures.taken.push(unique);
                Ok(AppendRetry::Now(failures))
            }
            Conflict::Claim {
                instance,
                fingerprint,
            } => Ok(AppendRetry::GiveUp(TransitionError::Claim {
                instance,
                fingerprint,
            })),
            Conflict::Inbox => Ok(AppendRetry::GiveUp(TransitionError::Inbox)),
            Conflict::Revision { instance } if self.revision == 0 => {
                Ok(AppendRetry::GiveUp(TransitionError::Exists(instance)))
            }
            Conflict::Revision { .. } => {
                tracing::warn!(instance = %self.id, "the journal has moved on; reading it again");
                self.reload().await?;
                Ok(AppendRetry::Now(failures))
            }
        }
    }

    async fn reload(&mut self) -> Result<(), TransitionError> {
        let found = self
            .inner
            .load(self.id)
            .await
            .map_err(|error| TransitionError::Defect(error.to_string()))?;
        let found =
            found.ok_or_else(|| TransitionError::Defect("the instance is gone".to_owned()))?;
        self.instance = found.instance;
        self.revision = found.row.revision;
        self.status = found.row.status;
        Ok(())
    }

    fn broken(&self, error: StoreError, failures: KnownFailures) -> AppendRetry {
        match error {
            StoreError::WrongShard { .. } | StoreError::Malformed(_)
                if failures.broken.is_none() =>
            {
                tracing::error!(instance = %self.id, workflow = %self.plan.name, %error, "the changes cannot be written");
                AppendRetry::Now(KnownFailures {
                    taken: failures.taken,
                    broken: Some(error.to_string()),
                })
            }
            // A completion is never shed: it is tried again for as long as the process runs.
            StoreError::Full | StoreError::Broken(_)
                if self.revision > 0 && !*self.stop.borrow() =>
            {
                tracing::error!(instance = %self.id, %error, "the store failed; trying again in a second");
                AppendRetry::After(failures, Duration::from_secs(1))
            }
            StoreError::Full
            | StoreError::Broken(_)
            | StoreError::Corrupt(_)
            | StoreError::Displaced(_)
            | StoreError::EventsArchived(_)
            | StoreError::Archived(_)
            | StoreError::Erased(_)
            | StoreError::OtherLayout(_)
            | StoreError::WrongShard { .. }
            | StoreError::Malformed(_) => AppendRetry::GiveUp(TransitionError::Store(error)),
        }
    }
}

/// Whether it is a record that was to come with the start: deciding anew would meet it again.
fn is_of_start(inputs: &[Input], conflict: &Conflict) -> bool {
    let Conflict::Record { kind, id, .. } = conflict else {
        return false;
    };
    inputs.iter().any(|input| match input {
        Input::Start { records, .. } => records
            .iter()
            .any(|write| write.kind == kind && write.id == *id),
        Input::Outcome { .. }
        | Input::Recovered
        | Input::Deferred { .. }
        | Input::Tick
        | Input::Signal { .. }
        | Input::Cancel { .. }
        | Input::Resume { .. }
        | Input::Skip { .. }
        | Input::Reconfigured => false,
    })
}

async fn pause(
    clock: &Arc<dyn Clock>,
    again: AppendRetry,
) -> Result<KnownFailures, TransitionError> {
    match again {
        AppendRetry::Now(failures) => Ok(failures),
        AppendRetry::After(failures, wait) => {
            let until = clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX);
            clock.sleep_until(until).await;
            Ok(failures)
        }
        AppendRetry::GiveUp(failed) => Err(failed),
    }
}

/// The message of a panic.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

/// The refusal in a failed transition, where there is one.
pub(crate) fn refusal_of(refused: &Refused) -> Refusal {
    match refused {
        Refused::Start(refusal) => refusal.clone(),
        Refused::Illegal(_) | Refused::Operator(_) => Refusal::new("internal", refused.to_string()),
    }
}
