//! From stored bytes to an instance: the pinned definition, its code, the fold.

use crate::code::Codebook;
use crate::core::{Instance, Row, apply};
use crate::define::{Definition, Moment};
use crate::runtime::inner::Inner;
use crate::runtime::turn::Lessons;
use crate::runtime::{EngineError, TurnCode};
use bytes::Bytes;
use crossdock_model::{InstanceId, Timestamp};
use crossdock_store::{Birth, InstanceRow};
use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, PoisonError};

/// A definition with the code of its nodes: what an instance is pinned to.
pub(crate) struct Plan {
    pub(crate) name: Arc<str>,
    pub(crate) hash: Arc<str>,
    pub(crate) definition: Arc<Definition>,
    pub(crate) book: Arc<dyn Codebook>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan({} {})", self.name, self.hash)
    }
}

/// An instance in memory with what never changes about it.
pub(crate) struct Found {
    pub(crate) row: InstanceRow,
    pub(crate) plan: Arc<Plan>,
    pub(crate) instance: Instance,
}

impl Inner {
    /// The plan of a definition's hash: a registered one, or a kept one with today's code.
    pub(crate) fn plan(&self, id: InstanceId, birth: &Birth) -> Result<Arc<Plan>, EngineError> {
        let unreadable = |why: String| EngineError::Unreadable { instance: id, why };
        let registered = self
            .workflows
            .get(&*birth.workflow)
            .ok_or_else(|| unreadable(format!("workflow {} is not registered", birth.workflow)))?;
        if registered.plan.hash == birth.definition {
            return Ok(Arc::clone(&registered.plan));
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = kept.get(&birth.definition) {
            return Ok(Arc::clone(plan));
        }
        let body = self.store.definition(&birth.definition)?.ok_or_else(|| {
            unreadable(format!("its definition {} was not kept", birth.definition))
        })?;
        let definition: Definition =
            serde_json::from_slice(&body).map_err(|error| unreadable(error.to_string()))?;
        let definition = Arc::new(definition);
        let plan = Arc::new(Plan {
            name: Arc::clone(&registered.plan.name),
            hash: Arc::clone(&birth.definition),
            book: registered.workflow.code.resolve(&definition),
            definition,
        });
        kept.insert(Arc::clone(&birth.definition), Arc::clone(&plan));
        Ok(plan)
    }

    pub(crate) fn moment(&self, id: InstanceId, birth: &Birth, now: Timestamp) -> Moment {
        Moment {
            now,
            instance: id,
            workflow: Arc::clone(&birth.workflow),
            tenant: birth.tenant.clone(),
            key: Arc::clone(&birth.key),
            correlation: birth.correlation.clone(),
            ids: Arc::clone(&self.ids),
        }
    }

    /// The instance as it stands on disk.
    pub(crate) fn load(&self, id: InstanceId) -> Result<Option<Found>, EngineError> {
        let Some(stored) = self.store.instance(id)? else {
            return Ok(None);
        };
        let plan = self.plan(id, &stored.row.birth)?;
        let snapshot = stored.snapshot.as_ref().map(|(_, bytes)| bytes);
        let instance = self.fold(id, &stored.row.birth, &plan, (snapshot, &stored.entries))?;
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
        birth: &Birth,
        plan: &Plan,
        (snapshot, entries): (Option<&Bytes>, &[Bytes]),
    ) -> Result<Instance, EngineError> {
        let unreadable = |why: String| EngineError::Unreadable { instance: id, why };
        let lessons = Lessons::default();
        let code = TurnCode {
            book: &*plan.book,
            store: &*self.store,
            moment: self.moment(id, birth, Timestamp::UNIX_EPOCH),
            lessons: &lessons,
            failure: RefCell::new(None),
        };
        let mut instance = match snapshot {
            Some(bytes) => {
                Instance::restore(bytes, &code).map_err(|error| unreadable(error.to_string()))?
            }
            None => Instance::unborn(&plan.definition),
        };
        for bytes in entries {
            let (at, entry) = Row::decode(bytes).map_err(|error| unreadable(error.to_string()))?;
            apply(&plan.definition, &mut instance, at, &entry, &code)
                .map_err(|error| unreadable(error.to_string()))?;
        }
        Ok(instance)
    }
}
