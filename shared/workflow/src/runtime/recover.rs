//! Recovery: activating what was under way when the process last ended.

use crate::define::{ParkClass, Parked};
use crate::runtime::command::Command;
use crate::runtime::driver::Driver;
use crate::runtime::engine::Engine;
use crate::runtime::inner::{Inner, LiveInstance};
use crate::runtime::outcome::EngineError;
use crate::runtime::run::spawn_driver;
use crate::runtime::timers::HORIZON;
use crossdock_model::{InstanceId, Timestamp};
use crossdock_store::{InstanceQuery, Status};
use std::sync::Arc;
use std::time::Duration;

/// What a starting process finds in the store.
#[derive(Debug, Default)]
pub(crate) struct RecoveryScan {
    moving: Vec<InstanceId>,
    overdue: Vec<InstanceId>,
    misconfigured: Vec<InstanceId>,
}

impl Inner {
    /// Looks through the store once; near times are noted.
    pub(crate) async fn scan(&self) -> Result<RecoveryScan, EngineError> {
        let now = self.clock.now();
        let horizon = now.saturating_add(HORIZON).unwrap_or(Timestamp::MAX);
        let mut scan = RecoveryScan::default();
        for row in self.store.runnable(horizon, usize::MAX >> 1).await? {
            match (row.status, row.due) {
                (Status::Running | Status::Compensating, _) => scan.moving.push(row.id),
                (_, Some(due)) if due <= now => scan.overdue.push(row.id),
                (_, Some(due)) => self.timers.set(due, row.id),
                (_, None) => {}
            }
        }
        scan.misconfigured = self.misconfigured().await?;
        Ok(scan)
    }

    /// Instances that wait for another set-up.
    async fn misconfigured(&self) -> Result<Vec<InstanceId>, EngineError> {
        let mut found = Vec::new();
        let mut query = InstanceQuery {
            status: Some(Status::Parked),
            limit: 500,
            ..InstanceQuery::default()
        };
        loop {
            let rows = self.store.instances(&query).await?;
            query.before = rows.last().map(|row| row.id);
            let waits = |row: &&crossdock_store::InstanceRow| {
                let reasons = row.parked.as_deref().unwrap_or_default();
                let reasons: Vec<Parked> = serde_json::from_slice(reasons).unwrap_or_default();
                reasons
                    .iter()
                    .any(|reason| reason.class == ParkClass::Misconfigured)
            };
            found.extend(rows.iter().filter(waits).map(|row| row.id));
            if rows.len() < 500 {
                return Ok(found);
            }
        }
    }

    /// Loads what was under way at once, and what is overdue at a bounded rate.
    pub(crate) async fn recover(self: Arc<Self>, scan: RecoveryScan) {
        for id in scan.moving {
            self.wake(id).await;
        }
        self.reconfigure(scan.misconfigured).await;
        for batch in scan.overdue.chunks(self.limits.overdue_per_second.max(1)) {
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
            let sent = self
                .activate(id, |live| live.mailbox.send(Command::Reconfigured).is_ok())
                .await;
            if let Err(error) = sent {
                tracing::error!(instance = %id, %error, "a parked instance could not be activated");
            }
        }
    }

    pub(crate) async fn wake(self: &Arc<Self>, id: InstanceId) {
        if let Err(error) = self
            .activate(id, |live| live.mailbox.send(Command::Wake).is_ok())
            .await
        {
            tracing::error!(instance = %id, %error, "an instance could not be activated");
        }
    }

    /// Sends to an instance, activating it where it is not in memory.
    ///
    /// `send` runs under the lock that a driver needs for leaving, so nothing sent is lost.
    pub(crate) async fn activate<T>(
        self: &Arc<Self>,
        id: InstanceId,
        send: impl FnOnce(&LiveInstance) -> T,
    ) -> Result<T, EngineError> {
        if let Some(live) = self.live().by_id.get(&id) {
            return Ok(send(live));
        }
        let capacity = Arc::clone(&self.capacity).acquire_owned().await;
        let capacity = capacity.map_err(|_closed| EngineError::NotFound(id))?;
        let found = self.load(id).await?.ok_or(EngineError::NotFound(id))?;
        let mut live = self.live();
        if !live.by_id.contains_key(&id) {
            let inner = Arc::clone(self);
            spawn_driver(
                &mut live,
                id,
                |mailbox| Driver::loaded(inner, found, mailbox, capacity),
                None,
            );
        }
        live.by_id
            .get(&id)
            .map(send)
            .ok_or(EngineError::NotFound(id))
    }
}

impl Engine {
    /// Lets everything go on that was parked because the set-up was wrong.
    pub async fn configuration_changed(&self) -> Result<usize, EngineError> {
        let waiting = self.inner.misconfigured().await?;
        let count = waiting.len();
        self.inner.reconfigure(waiting).await;
        Ok(count)
    }

    /// Accepts the wall clock again after it had jumped; deadlines and timers go on.
    pub fn accept_clock(&self) {
        self.inner.clock_jumps.accept(&*self.inner.clock);
    }
}
