//! Waiting for a milestone: the caller's deadline bounds the wait, never the workflow.

use crate::runtime::engine::Engine;
use crate::runtime::outcome::{EngineError, Waited};
use crate::runtime::progress::{Milestone, Progress};
use crossdock_model::{InstanceId, Refusal, Timestamp};
use crossdock_store::{Answer, Status};

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
        let Ok(_permit) = self.inner.waiters.try_acquire() else {
            return Ok(Waited::Pending);
        };
        let mut limit = self.inner.clock.sleep_until(deadline);
        let mut stop = self.inner.stop.subscribe();
        // A driver that leaves while somebody looks at it is looked for again, not for ever.
        for _ in 0..8 {
            let live = self
                .inner
                .live()
                .by_id
                .get(&id)
                .map(|live| live.progress.subscribe());
            let mut progress = match live {
                Some(progress) => progress,
                None => match self.on_disk(id).await? {
                    Some(waited) => return Ok(waited),
                    None => {
                        self.inner
                            .activate(id, |live| live.progress.subscribe())
                            .await?
                    }
                },
            };
            let node = self.node_of(id, &milestone).await?;
            let looked = tokio::select! {
                // What is reached is answered even at the deadline.
                biased;
                looked = progress.wait_for(|progress| {
                    progress.has_reached(&milestone, node) || progress.is_blocked(&milestone, node)
                }) => looked.map(|progress| progress.clone()),
                () = &mut limit => return Ok(Waited::Pending),
                _stopping = stop.wait_for(|stop| *stop) => return Ok(Waited::Pending),
            };
            match looked {
                Ok(progress) if progress.has_reached(&milestone, node) => {
                    return self.outcome_of(id, progress).await;
                }
                Ok(_blocked) => return Ok(Waited::Parked),
                Err(_it_has_left) => {}
            }
        }
        Ok(Waited::Pending)
    }

    /// The end of an instance that is not in memory any more.
    async fn on_disk(&self, id: InstanceId) -> Result<Option<Waited>, EngineError> {
        let stored = self.inner.store.instance(id).await?;
        let stored = stored.ok_or(EngineError::NotFound(id))?;
        let status = stored.row.status;
        if !status.is_final() {
            return Ok(None);
        }
        if let Some(answer) = stored.answer {
            return Ok(Some(Waited::Answer(answer)));
        }
        let found = self.inner.restore(id, stored).await?;
        let refusal = found.instance.refusal.as_deref().cloned();
        Ok(Some(over(status, refusal)))
    }

    async fn node_of(
        &self,
        id: InstanceId,
        milestone: &Milestone,
    ) -> Result<Option<usize>, EngineError> {
        let Milestone::Node(name) = milestone else {
            return Ok(None);
        };
        let stored = self
            .inner
            .store
            .instance(id)
            .await?
            .ok_or(EngineError::NotFound(id))?;
        let plan = self.inner.plan(id, &stored.row.header).await?;
        let unknown = || EngineError::Unreadable {
            instance: id,
            why: format!("it has no node {name}"),
        };
        plan.definition.position(name).map(Some).ok_or_else(unknown)
    }

    async fn outcome_of(&self, id: InstanceId, progress: Progress) -> Result<Waited, EngineError> {
        let answer: Option<Answer> = match progress.answer {
            Some(answer) => Some(answer),
            None => self.inner.store.answer(id).await?,
        };
        Ok(match (answer, progress.ended) {
            (Some(answer), _) => Waited::Answer(answer),
            (None, Some(status)) => over(status, progress.refusal.as_deref().cloned()),
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
