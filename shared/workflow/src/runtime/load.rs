//! From stored bytes to an instance: the pinned definition, its code, the fold.

use crate::core::{Instance, Row, apply};
use crate::define::{Definition, Moment};
use crate::runtime::inner::Inner;
use crate::runtime::outcome::EngineError;
use crate::runtime::plan::Plan;
use crate::runtime::turn::{KnownFailures, TurnCode};
use bytes::Bytes;
use crossdock_model::{InstanceId, Timestamp};
use crossdock_store::{InstanceHeader, InstanceRow, StoredInstance};
use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

/// An instance as loaded, with its row and its plan.
pub(crate) struct Found {
    pub(crate) row: InstanceRow,
    pub(crate) plan: Arc<Plan>,
    pub(crate) instance: Instance,
}

impl Inner {
    /// The plan of a definition's hash: a registered one, or a stored one with today's code.
    pub(crate) async fn plan(
        &self,
        id: InstanceId,
        header: &InstanceHeader,
    ) -> Result<Arc<Plan>, EngineError> {
        let unreadable = |why: String| EngineError::Unreadable { instance: id, why };
        let registered = self
            .workflows
            .get(&*header.workflow)
            .ok_or_else(|| unreadable(format!("workflow {} is not registered", header.workflow)))?;
        if registered.plan.hash == header.definition {
            return Ok(Arc::clone(&registered.plan));
        }
        if let Some(plan) = self.stored_plans().get(&header.definition) {
            return Ok(Arc::clone(plan));
        }
        let body = self
            .store
            .definition(&header.definition)
            .await?
            .ok_or_else(|| {
                unreadable(format!("its definition {} was not kept", header.definition))
            })?;
        let definition: Definition =
            serde_json::from_slice(&body).map_err(|error| unreadable(error.to_string()))?;
        let definition = Arc::new(definition);
        let plan = Arc::new(Plan {
            name: Arc::clone(&registered.plan.name),
            hash: Arc::clone(&header.definition),
            code: registered.workflow.code.resolve(&definition),
            definition,
        });
        self.stored_plans()
            .insert(Arc::clone(&header.definition), Arc::clone(&plan));
        Ok(plan)
    }

    fn stored_plans(&self) -> MutexGuard<'_, HashMap<Arc<str>, Arc<Plan>>> {
        let plans = self.stored_plans.lock();
        plans.unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn moment(&self, id: InstanceId, header: &InstanceHeader, now: Timestamp) -> Moment {
        Moment {
            now,
            instance: id,
            workflow: Arc::clone(&header.workflow),
            tenant: header.tenant.clone(),
            key: Arc::clone(&header.key),
            correlation: header.correlation.clone(),
            ids: Arc::clone(&self.ids),
        }
    }

    /// The instance as it stands on disk.
    pub(crate) async fn load(&self, id: InstanceId) -> Result<Option<Found>, EngineError> {
        match self.store.instance(id).await? {
            Some(stored) => self.restore(id, stored).await.map(Some),
            None => Ok(None),
        }
    }

    /// The instance that the stored rows are.
    pub(crate) async fn restore(
        &self,
        id: InstanceId,
        stored: StoredInstance,
    ) -> Result<Found, EngineError> {
        let plan = self.plan(id, &stored.row.header).await?;
        let snapshot = stored.snapshot.as_ref().map(|(_, bytes)| bytes);
        let instance = self.fold(id, &stored.row.header, &plan, (snapshot, &stored.entries))?;
        Ok(Found {
            row: stored.row,
            plan,
            instance,
        })
    }

    /// Folds entries onto a snapshot, or onto nothing.
    pub(crate) fn fold(
        &self,
        id: InstanceId,
        header: &InstanceHeader,
        plan: &Plan,
        (snapshot, entries): (Option<&Bytes>, &[Bytes]),
    ) -> Result<Instance, EngineError> {
        let unreadable = |why: String| EngineError::Unreadable { instance: id, why };
        let failures = KnownFailures::default();
        let code = TurnCode {
            code: &*plan.code,
            moment: self.moment(id, header, Timestamp::UNIX_EPOCH),
            failures: &failures,
        };
        let mut instance = match snapshot {
            Some(bytes) => {
                Instance::restore(bytes, &code).map_err(|error| unreadable(error.to_string()))?
            }
            None => Instance::new(&plan.definition),
        };
        for bytes in entries {
            let (at, entry) = Row::decode(bytes).map_err(|error| unreadable(error.to_string()))?;
            apply(&plan.definition, &mut instance, at, &entry, &code)
                .map_err(|error| unreadable(error.to_string()))?;
        }
        Ok(instance)
    }
}
