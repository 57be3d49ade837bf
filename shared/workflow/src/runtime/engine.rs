//! The engine: what is registered, what is live, how everything begins and stops.

use crate::define::Workflow;
use crate::runtime::EngineError;
use crate::runtime::driver::{Command, Driver, Seat, Starting};
use crate::runtime::load::Plan;
use crate::runtime::milestones::Milestones;
use crate::runtime::probe::{Boundary, Probe};
use crate::runtime::runway::Runway;
use crate::runtime::timers::{Timers, Trust};
use crossdock_model::{Clock, Ids, InstanceId, Timestamp};
use crossdock_runtime::Task;
use crossdock_store::{Birth, Store, StoreError};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, mpsc, watch};

/// How long a stop waits until what it cut short stands in the journal.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The bounds of an engine.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Instances in memory; more starts are shed, more signals and timers wait.
    pub live: usize,
    /// Attempts under way at a time; more wait.
    pub attempts: usize,
    /// Waiters at a time; more are told `Pending` at once.
    pub waiters: usize,
    /// Overdue timers fired a second after a start.
    pub overdue_per_second: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            live: 20_000,
            attempts: 1_024,
            waiters: 4_096,
            overdue_per_second: 500,
        }
    }
}

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
    live: Mutex<Lives>,
    locks: Mutex<HashMap<u64, Weak<tokio::sync::Mutex<()>>>>,
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

    /// Tells everything in memory to cut its attempts short; answers how many instances that are.
    fn put_all_off(&self) -> usize {
        let lives = self.lives();
        for live in lives.by_id.values() {
            // One that has just left has nothing under way.
            drop(live.mail.send(Command::PutOff));
        }
        lives.by_id.len()
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

/// The durable workflow engine. Cheap to clone; everything ends when the last clone is dropped.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
    _background: Arc<Background>,
}

/// Ends what runs when the last handle goes.
struct Background {
    inner: Arc<Inner>,
    _tasks: Vec<Task<()>>,
}

impl Drop for Background {
    fn drop(&mut self) {
        let held = std::mem::take(&mut self.inner.lives().by_id);
        drop(held);
    }
}

/// An engine under construction.
pub struct Builder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
    workflows: Vec<Workflow>,
    probe: Option<Arc<dyn Probe>>,
    limits: Limits,
}

impl Builder {
    /// Also runs this workflow.
    #[must_use]
    pub fn register(mut self, workflow: Workflow) -> Self {
        self.workflows.push(workflow);
        self
    }

    /// Other bounds than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// A probe that is told of every crash point.
    #[cfg(feature = "crash-points")]
    #[must_use]
    pub fn hooks(mut self, probe: Arc<dyn Probe>) -> Self {
        self.probe = Some(probe);
        self
    }

    /// Keeps the definitions, and takes up what was under way. Call it inside a runtime.
    pub fn start(self) -> Result<Engine, EngineError> {
        let mut workflows = HashMap::new();
        for workflow in self.workflows {
            let name = workflow.name().to_owned();
            let unwritable = |error: serde_json::Error| StoreError::Malformed(error.to_string());
            let body = serde_json::to_vec(workflow.definition()).map_err(unwritable)?;
            self.store
                .keep_definition(&workflow.hash, &name, &body.into())?;
            let plan = Arc::new(Plan {
                name: name.as_str().into(),
                hash: Arc::clone(&workflow.hash),
                definition: Arc::clone(&workflow.definition),
                book: workflow.code.resolve(&workflow.definition),
            });
            if workflows
                .insert(name.clone(), Registered { workflow, plan })
                .is_some()
            {
                return Err(EngineError::TwoWorkflows(name));
            }
        }
        let inner = Arc::new(Inner {
            trust: Trust::new(&*self.clock),
            store: self.store,
            clock: self.clock,
            ids: self.ids,
            workflows,
            kept: Mutex::default(),
            live: Mutex::default(),
            locks: Mutex::default(),
            gate: Semaphore::new(self.limits.attempts),
            runway: Runway::default(),
            room: Arc::new(Semaphore::new(self.limits.live)),
            waiters: Semaphore::new(self.limits.waiters),
            stop: watch::Sender::new(false),
            emptied: Notify::new(),
            timers: Timers::default(),
            probe: self.probe,
            limits: self.limits,
        });
        let recovery = inner.survey()?;
        let tasks = vec![
            crossdock_runtime::spawn(Inner::take_up(Arc::clone(&inner), recovery)),
            crossdock_runtime::spawn(Inner::keep_time(Arc::clone(&inner))),
        ];
        let background = Arc::new(Background {
            inner: Arc::clone(&inner),
            _tasks: tasks,
        });
        Ok(Engine {
            inner,
            _background: background,
        })
    }
}

impl Engine {
    /// Begins an engine over a store.
    pub fn builder(store: Arc<dyn Store>, clock: Arc<dyn Clock>, ids: Arc<Ids>) -> Builder {
        let limits = Limits::default();
        Builder {
            store,
            clock,
            ids,
            workflows: Vec::new(),
            probe: None,
            limits,
        }
    }

    /// The workflows that are registered, by name.
    pub fn workflows(&self) -> Vec<&Workflow> {
        let mut all: Vec<_> = self
            .inner
            .workflows
            .values()
            .map(|held| &held.workflow)
            .collect();
        all.sort_by(|one, other| one.name().cmp(other.name()));
        all
    }

    /// A workflow as a Mermaid flowchart.
    pub fn drawing(&self, workflow: &str) -> Option<String> {
        self.inner
            .workflows
            .get(workflow)
            .map(|held| held.workflow.drawing())
    }

    /// How many instances are in memory.
    pub fn live(&self) -> usize {
        self.inner.lives().by_id.len()
    }

    /// Begins nothing new, waits for the attempts under way, puts off what takes longer, then lets go of everything.
    pub async fn shutdown(&self, patience: Duration) {
        self.inner.stop.send_replace(true);
        if self.emptied_within(patience).await {
            return;
        }
        let late = self.inner.put_all_off();
        tracing::warn!(
            instances = late,
            "attempts are still under way at the stop; they are cut short, and the next start takes them up as unknown"
        );
        if self.emptied_within(LAST_WORDS).await {
            return;
        }
        let held = std::mem::take(&mut self.inner.lives().by_id);
        tracing::error!(
            instances = held.len(),
            "the journal does not say that these stopped in order; the next start takes it for a death"
        );
    }

    /// Whether nothing is in memory any more within that time.
    async fn emptied_within(&self, patience: Duration) -> bool {
        let clock = &self.inner.clock;
        let until = clock.now().saturating_add(patience);
        let mut limit = clock.sleep_until(until.unwrap_or(Timestamp::MAX));
        loop {
            let emptied = self.inner.emptied.notified();
            if self.live() == 0 {
                return true;
            }
            tokio::select! {
                () = emptied => {}
                () = &mut limit => return false,
            }
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("live", &self.live())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("workflows", &self.workflows)
            .finish_non_exhaustive()
    }
}
