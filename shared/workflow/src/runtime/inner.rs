//! Everything that drivers, timers and handlers share.

use crate::define::Workflow;
use crate::runtime::Limits;
use crate::runtime::driver::{Command, Driver, Seat, Starting};
use crate::runtime::load::Plan;
use crate::runtime::milestones::Milestones;
use crate::runtime::probe::{Boundary, Probe};
use crate::runtime::runway::Runway;
use crate::runtime::timers::{Timers, Trust};
use crossdock_model::{Clock, Ids, InstanceId};
use crossdock_runtime::Task;
use crossdock_store::{Birth, Store};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::{Notify, Semaphore, mpsc, watch};

/// A workflow with its code bound.
pub(crate) struct Registered {
    pub(crate) workflow: Workflow,
    pub(crate) plan: Arc<Plan>,
}

/// An instance in memory, seen from outside its task.
pub(crate) struct Live {
    pub(crate) generation: u64,
    pub(crate) mail: mpsc::UnboundedSender<Command>,
    pub(crate) seen: Arc<watch::Sender<Milestones>>,
    pub(crate) _task: Task<()>,
}

/// Everything that drivers, timers and handlers share.
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) workflows: HashMap<String, Registered>,
    pub(crate) kept: Mutex<HashMap<Arc<str>, Arc<Plan>>>,
    pub(super) live: Mutex<Lives>,
    pub(super) locks: Mutex<HashMap<u64, Weak<tokio::sync::Mutex<()>>>>,
    pub(crate) gate: Semaphore,
    pub(crate) runway: Runway,
    pub(crate) room: Arc<Semaphore>,
    pub(crate) waiters: Semaphore,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) emptied: Notify,
    pub(crate) timers: Timers,
    pub(crate) trust: Trust,
    pub(crate) probe: Option<Arc<dyn Probe>>,
    pub(crate) limits: Limits,
}

#[derive(Default)]
pub(crate) struct Lives {
    pub(crate) by_id: HashMap<InstanceId, Live>,
    pub(crate) generation: u64,
}

impl Inner {
    pub(crate) fn lives(&self) -> MutexGuard<'_, Lives> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock of a business key, shared by all its instances in memory.
    pub(crate) fn lock_of(&self, birth: &Birth) -> (u64, Arc<tokio::sync::Mutex<()>>) {
        use std::hash::{Hash, Hasher};
        let mut hasher = std::hash::DefaultHasher::new();
        (&birth.tenant, &birth.key).hash(&mut hasher);
        let slot = hasher.finish();
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(&slot).and_then(Weak::upgrade) {
            return (slot, lock);
        }
        let lock = Arc::new(tokio::sync::Mutex::new(()));
        locks.insert(slot, Arc::downgrade(&lock));
        (slot, lock)
    }

    pub(crate) fn forget_lock(&self, slot: u64) {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // One holder is the driver that is about to end.
        if locks
            .get(&slot)
            .is_some_and(|lock| lock.strong_count() <= 1)
        {
            locks.remove(&slot);
        }
    }

    /// Tells the probe, where there is one.
    pub(crate) fn reached(&self, plan: &Plan, node: usize, undo: bool, boundary: Boundary) {
        if cfg!(feature = "crash-points")
            && let Some(probe) = &self.probe
            && let Some(node) = plan.definition.node(node)
        {
            let undone = undo.then(|| format!("{}:undo", node.id));
            probe.reached(&plan.name, undone.as_deref().unwrap_or(&node.id), boundary);
        }
    }

    /// Seats a driver: from here on it is the one that moves the instance.
    pub(crate) fn seat(
        lives: &mut Lives,
        id: InstanceId,
        build: impl FnOnce(Seat) -> Driver,
        starting: Option<Starting>,
    ) {
        lives.generation += 1;
        let generation = lives.generation;
        let (mail, inbox) = mpsc::unbounded_channel();
        let seen = Arc::new(watch::Sender::new(Milestones::default()));
        let driver = build(Seat {
            generation,
            mail: inbox,
            seen: Arc::clone(&seen),
        });
        let task = crossdock_runtime::spawn(driver.run(starting));
        lives.by_id.insert(
            id,
            Live {
                generation,
                mail,
                seen,
                _task: task,
            },
        );
    }
}
