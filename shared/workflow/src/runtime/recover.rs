//! Taking up what was under way when the process last ended.

use crate::runtime::driver::{Command, Driver};
use crate::runtime::inner::{Inner, Live};
use crate::runtime::timers::HORIZON;
use crate::runtime::{Engine, EngineError};
use crossdock_model::{InstanceId, Timestamp};
use crossdock_store::{InstanceQuery, Status};
use std::sync::Arc;
use std::time::Duration;

/// What a start finds.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    moving: Vec<InstanceId>,
    overdue: Vec<InstanceId>,
    misconfigured: Vec<InstanceId>,
}

impl Inner {
    /// Looks through the store once; near times are noted.
    pub(crate) fn survey(&self) -> Result<Survey, EngineError> {
        let now = self.clock.now();
        let horizon = now.saturating_add(HORIZON).unwrap_or(Timestamp::MAX);
        let mut survey = Survey::default();
        for row in self.store.runnable(horizon, usize::MAX >> 1)? {
            match (row.status, row.due) {
                (Status::Running | Status::Compensating, _) => survey.moving.push(row.id),
                (_, Some(due)) if due <= now => survey.overdue.push(row.id),
                (_, Some(due)) => self.timers.set(due, row.id),
                (_, None) => {}
            }
        }
        survey.misconfigured = self.misconfigured()?;
        Ok(survey)
    }

    /// Instances that wait for another set-up.
    fn misconfigured(&self) -> Result<Vec<InstanceId>, EngineError> {
        let mut found = Vec::new();
        let mut query = InstanceQuery {
            status: Some(Status::Parked),
            limit: 500,
            ..InstanceQuery::default()
        };
        loop {
            let rows = self.store.instances(&query)?;
            query.before = rows.last().map(|row| row.id);
            let waits = |row: &&crossdock_store::InstanceRow| {
                let reasons = row.parked.as_deref().unwrap_or_default();
                let reasons: Vec<crate::Parked> =
                    serde_json::from_slice(reasons).unwrap_or_default();
                reasons
                    .iter()
                    .any(|reason| reason.class == crate::ParkClass::Misconfigured)
            };
            found.extend(rows.iter().filter(waits).map(|row| row.id));
            if rows.len() < 500 {
                return Ok(found);
            }
        }
    }

    /// Loads what was under way at once, and what is overdue at a bounded rate.
    pub(crate) async fn take_up(self: Arc<Self>, survey: Survey) {
        for id in survey.moving {
            self.wake(id).await;
        }
        self.reconfigure(survey.misconfigured).await;
        for batch in survey.overdue.chunks(self.limits.overdue_per_second.max(1)) {
            for id in batch {
                self.wake(*id).await;
            }
            if batch.len() == self.limits.overdue_per_second {
                let next = self.clock.now().saturating_add(Duration::from_secs(1));
                self.clock.sleep_until(next.unwrap_or(Timestamp::MAX)).await;
            }
        }
    }

    async fn reconfigure(self: &Arc<Self>, instances: Vec<InstanceId>) {
        for id in instances {
            let told = self
                .awaken(id, |live| live.mail.send(Command::Reconfigured).is_ok())
                .await;
            if let Err(error) = told {
                tracing::error!(instance = %id, %error, "a parked instance could not be taken up");
            }
        }
    }

    pub(crate) async fn wake(self: &Arc<Self>, id: InstanceId) {
        if let Err(error) = self
            .awaken(id, |live| live.mail.send(Command::Wake).is_ok())
            .await
        {
            tracing::error!(instance = %id, %error, "an instance could not be taken up");
        }
    }

    /// Speaks to an instance, loading it where it is not in memory.
    ///
    /// `speak` runs under the lock that a driver needs for leaving, so nothing said is lost.
    pub(crate) async fn awaken<T>(
        self: &Arc<Self>,
        id: InstanceId,
        speak: impl FnOnce(&Live) -> T,
    ) -> Result<T, EngineError> {
        if let Some(live) = self.lives().by_id.get(&id) {
            return Ok(speak(live));
        }
        let room = Arc::clone(&self.room).acquire_owned().await;
        let room = room.map_err(|_closed| EngineError::NotFound(id))?;
        let found = self.load(id)?.ok_or(EngineError::NotFound(id))?;
        let mut lives = self.lives();
        if !lives.by_id.contains_key(&id) {
            let inner = Arc::clone(self);
            Self::seat(
                &mut lives,
                id,
                |seat| Driver::loaded(inner, found, seat, room),
                None,
            );
        }
        lives
            .by_id
            .get(&id)
            .map(speak)
            .ok_or(EngineError::NotFound(id))
    }
}

impl Engine {
    /// Lets everything go on that was parked because the set-up was wrong.
    pub async fn configuration_changed(&self) -> Result<usize, EngineError> {
        let waiting = self.inner.misconfigured()?;
        let count = waiting.len();
        self.inner.reconfigure(waiting).await;
        Ok(count)
    }

    /// Believes the wall clock again after it had jumped; deadlines and timers go on.
    pub fn accept_clock(&self) {
        self.inner.trust.accept(&*self.inner.clock);
    }
}
