//! Waiting for a milestone: the caller's deadline bounds the wait, never the workflow.

use crate::runtime::milestones::Milestones;
use crate::runtime::{Engine, EngineError, Waited};
use crossdock_model::{InstanceId, Refusal, Timestamp};
use crossdock_store::{Answer, Status};

/// How far a caller wants to see an instance come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Milestone {
    /// Its pivot is committed, or it is over.
    Pivot,
    /// It is over.
    End,
    /// That node is done, or it is over.
    Node(String),
}

impl Engine {
    /// Waits until the instance has come that far, waits for a person before it can, or the deadline.
    ///
    /// Dropping the wait changes nothing.
    pub async fn wait_for(
        &self,
        id: InstanceId,
        milestone: Milestone,
        deadline: Timestamp,
    ) -> Result<Waited, EngineError> {
        let Ok(_place) = self.inner.waiters.try_acquire() else {
            return Ok(Waited::Pending);
        };
        let mut limit = self.inner.clock.sleep_until(deadline);
        let mut stop = self.inner.stop.subscribe();
        // A driver that leaves while somebody looks at it is looked for again, not for ever.
        for _ in 0..8 {
            let live = self
                .inner
                .lives()
                .by_id
                .get(&id)
                .map(|live| live.seen.subscribe());
            let mut seen = match live {
                Some(seen) => seen,
                None => match self.on_disk(id)? {
                    Some(waited) => return Ok(waited),
                    None => self.inner.awaken(id, |live| live.seen.subscribe()).await?,
                },
            };
            let node = self.node_of(id, &milestone)?;
            let told = tokio::select! {
                // What is reached is told even at the deadline.
                biased;
                told = seen.wait_for(|seen| {
                    seen.has_reached(&milestone, node) || seen.is_blocked(&milestone, node)
                }) => told.map(|seen| seen.clone()),
                () = &mut limit => return Ok(Waited::Pending),
                _stopping = stop.wait_for(|stop| *stop) => return Ok(Waited::Pending),
            };
            match told {
                Ok(seen) if seen.has_reached(&milestone, node) => return self.judge(id, seen),
                Ok(_blocked) => return Ok(Waited::Parked),
                Err(_it_has_left) => {}
            }
        }
        Ok(Waited::Pending)
    }

    /// The end of an instance that is not in memory any more.
    fn on_disk(&self, id: InstanceId) -> Result<Option<Waited>, EngineError> {
        let stored = self
            .inner
            .store
            .instance(id)?
            .ok_or(EngineError::NotFound(id))?;
        if !stored.row.status.is_final() {
            return Ok(None);
        }
        if let Some(answer) = self.inner.store.answer(id)? {
            return Ok(Some(Waited::Answer(answer)));
        }
        let found = self.inner.load(id)?.ok_or(EngineError::NotFound(id))?;
        let refusal = found.instance.refusal.as_deref().cloned();
        Ok(Some(over(stored.row.status, refusal)))
    }

    fn node_of(&self, id: InstanceId, milestone: &Milestone) -> Result<Option<usize>, EngineError> {
        let Milestone::Node(name) = milestone else {
            return Ok(None);
        };
        let stored = self
            .inner
            .store
            .instance(id)?
            .ok_or(EngineError::NotFound(id))?;
        let plan = self.inner.plan(id, &stored.row.birth)?;
        let unknown = || EngineError::Unreadable {
            instance: id,
            why: format!("it has no node {name}"),
        };
        plan.definition.position(name).map(Some).ok_or_else(unknown)
    }

    fn judge(&self, id: InstanceId, seen: Milestones) -> Result<Waited, EngineError> {
        let answer: Option<Answer> = match seen.answer {
            Some(answer) => Some(answer),
            None => self.inner.store.answer(id)?,
        };
        Ok(match (answer, seen.ended) {
            (Some(answer), _) => Waited::Answer(answer),
            (None, Some(status)) => over(status, seen.refusal.as_deref().cloned()),
            (None, None) => Waited::Reached,
        })
    }
}

fn over(status: Status, refusal: Option<Refusal>) -> Waited {
    match (status, refusal) {
        (Status::Compensated | Status::Cancelled, Some(refusal)) => Waited::Refused(refusal),
        _ => Waited::Reached,
    }
}
