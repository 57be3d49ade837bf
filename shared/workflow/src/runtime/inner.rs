//! Everything that drivers, timers and handlers share.

use crate::runtime::clock_jump::JumpDetector;
use crate::runtime::command::Command;
use crate::runtime::crash::{Boundary, CrashHook};
use crate::runtime::limits::Limits;
use crate::runtime::permit::AttemptPermits;
use crate::runtime::plan::{Plan, Registered};
use crate::runtime::progress::Progress;
use crate::runtime::timers::Timers;
use crossdock_model::{Clock, Ids, InstanceId};
use crossdock_runtime::Task;
use crossdock_store::{InstanceHeader, Store};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::{Notify, Semaphore, mpsc, watch};

/// An instance in memory, seen from outside its task.
pub(crate) struct LiveInstance {
    /// Which of the drivers that this instance had.
    pub(crate) generation: u64,
    pub(crate) mailbox: mpsc::UnboundedSender<Command>,
    pub(crate) progress: Arc<watch::Sender<Progress>>,
    pub(crate) _task: Task<()>,
}

/// The driver's end of what connects it with the engine.
pub(crate) struct Mailbox {
    pub(crate) generation: u64,
    pub(crate) commands: mpsc::UnboundedReceiver<Command>,
    pub(crate) progress: Arc<watch::Sender<Progress>>,
}

/// The instances in memory.
#[derive(Default)]
pub(crate) struct LiveInstances {
    pub(crate) by_id: HashMap<InstanceId, LiveInstance>,
    pub(crate) generation: u64,
}

/// Everything that drivers, timers and handlers share.
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) workflows: HashMap<String, Registered>,
    /// Plans of definitions that only the store still has, by hash.
    pub(crate) stored_plans: Mutex<HashMap<Arc<str>, Arc<Plan>>>,
    pub(super) live: Mutex<LiveInstances>,
    pub(super) key_locks: Mutex<HashMap<u64, Weak<tokio::sync::Mutex<()>>>>,
    /// Bounds the attempts that run at a time.
    pub(crate) attempt_slots: Semaphore,
    pub(crate) permits: AttemptPermits,
    /// Bounds the instances in memory.
    pub(crate) capacity: Arc<Semaphore>,
    pub(crate) waiters: Semaphore,
    pub(crate) stop: watch::Sender<bool>,
    /// Rung whenever an instance has left memory.
    pub(crate) passivated: Notify,
    pub(crate) timers: Timers,
    pub(crate) clock_jumps: JumpDetector,
    pub(crate) crash_hook: Option<Arc<dyn CrashHook>>,
    pub(crate) limits: Limits,
}

impl Inner {
    pub(crate) fn live(&self) -> MutexGuard<'_, LiveInstances> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock of a business key, shared by all its instances in memory.
    pub(crate) fn lock_of(&self, header: &InstanceHeader) -> (u64, Arc<tokio::sync::Mutex<()>>) {
        use std::hash::{Hash, Hasher};
        let mut hasher = std::hash::DefaultHasher::new();
        (&header.tenant, &header.key).hash(&mut hasher);
        let slot = hasher.finish();
        let mut locks = self
            .key_locks
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(&slot).and_then(Weak::upgrade) {
            return (slot, lock);
        }
        let lock = Arc::new(tokio::sync::Mutex::new(()));
        locks.insert(slot, Arc::downgrade(&lock));
        (slot, lock)
    }

    pub(crate) fn forget_lock(&self, slot: u64) {
        let mut locks = self
            .key_locks
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // One holder is the driver that is about to end.
        if locks
            .get(&slot)
            .is_some_and(|lock| lock.strong_count() <= 1)
        {
            locks.remove(&slot);
        }
    }

    /// Calls the crash hook, where there is one.
    pub(crate) fn reached(&self, plan: &Plan, node: usize, undo: bool, boundary: Boundary) {
        if cfg!(feature = "crash-points")
            && let Some(hook) = &self.crash_hook
            && let Some(node) = plan.definition.node(node)
        {
            let undone = undo.then(|| format!("{}:undo", node.id));
            hook.reached(&plan.name, undone.as_deref().unwrap_or(&node.id), boundary);
        }
    }
}
