//! From stored bytes to an instance: the pinned definition, its code, the fold.

use crate::core::{Instance, Row, apply};
use crate::define::{Definition, Moment};
use crate::runtime::inner::Inner;
use crate::runtime::outcome::EngineError;
use crate::runtime::plan::Plan;
use crate::runtime::turn::{KnownFailures, TurnCode};
use bytes::Bytes;
use crossdock_model::{InstanceId, Timestamp};
use crossdock_store::{InstanceHeader, InstanceRow};
use std::cell::RefCell;
use std::sync::{Arc, PoisonError};

/// An instance as loaded, with its row and its plan.
pub(crate) struct Found {
    pub(crate) row: InstanceRow,
    pub(crate) plan: Arc<Plan>,
    pub(crate) instance: Instance,
}

impl Inner {
    /// The plan of a definition's hash: a registered one, or a stored one with today's code.
    pub(crate) fn plan(
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
        let mut plans = self
            .stored_plans
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = plans.get(&header.definition) {
            return Ok(Arc::clone(plan));
        }
        let body = self.store.definition(&header.definition)?.ok_or_else(|| {
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
        plans.insert(Arc::clone(&header.definition), Arc::clone(&plan));
        Ok(plan)
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
    pub(crate) fn load(&self, id: InstanceId) -> Result<Option<Found>, EngineError> {
        let Some(stored) = self.store.instance(id)? else {
            return Ok(None);
        };
        let plan = self.plan(id, &stored.row.header)?;
        let snapshot = stored.snapshot.as_ref().map(|(_, bytes)| bytes);
        let instance = self.fold(id, &stored.row.header, &plan, (snapshot, &stored.entries))?;
        Ok(Some(Found {
            row: stored.row,
            plan,
            instance,
        }))
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
            store: &*self.store,
            moment: self.moment(id, header, Timestamp::UNIX_EPOCH),
            failures: &failures,
            failure: RefCell::new(None),
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
