//! The engine: what is registered, and how everything begins.

use crate::build::Workflow;
use crate::runtime::clock_jump::JumpDetector;
use crate::runtime::crash::CrashHook;
use crate::runtime::inner::Inner;
use crate::runtime::limits::Limits;
use crate::runtime::outcome::EngineError;
use crate::runtime::permit::AttemptPermits;
use crate::runtime::plan::{Plan, Registered};
use crate::runtime::timers::Timers;
use crossdock_model::{Clock, Ids};
use crossdock_runtime::Task;
use crossdock_store::{Store, StoreError};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, Semaphore, watch};

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
        let held = std::mem::take(&mut self.inner.live().by_id);
        drop(held);
    }
}

/// An engine under construction.
pub struct Builder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
    workflows: Vec<Workflow>,
    crash_hook: Option<Arc<dyn CrashHook>>,
    limits: Limits,
}

impl Builder {
    /// Registers another workflow that the engine runs.
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

    /// A hook that is called at every crash point.
    #[cfg(feature = "crash-points")]
    #[must_use]
    pub fn crash_hook(mut self, hook: Arc<dyn CrashHook>) -> Self {
        self.crash_hook = Some(hook);
        self
    }

    /// Stores the definitions, and recovers what was under way. Call it inside a runtime.
    pub async fn start(self) -> Result<Engine, EngineError> {
        let mut workflows = HashMap::new();
        for workflow in self.workflows {
            let name = workflow.name().to_owned();
            let unwritable = |error: serde_json::Error| StoreError::Malformed(error.to_string());
            let body = serde_json::to_vec(workflow.definition()).map_err(unwritable)?;
            self.store
                .keep_definition(&workflow.hash, &name, &body.into())
                .await?;
            let plan = Arc::new(Plan {
                name: name.as_str().into(),
                hash: Arc::clone(&workflow.hash),
                definition: Arc::clone(&workflow.definition),
                code: workflow.code.resolve(&workflow.definition),
            });
            if workflows
                .insert(name.clone(), Registered { workflow, plan })
                .is_some()
            {
                return Err(EngineError::TwoWorkflows(name));
            }
        }
        let inner = Arc::new(Inner {
            clock_jumps: JumpDetector::new(&*self.clock),
            store: self.store,
            clock: self.clock,
            ids: self.ids,
            workflows,
            stored_plans: Mutex::default(),
            live: Mutex::default(),
            key_locks: Mutex::default(),
            attempt_slots: Semaphore::new(self.limits.attempts),
            permits: AttemptPermits::default(),
            capacity: Arc::new(Semaphore::new(self.limits.live)),
            waiters: Semaphore::new(self.limits.waiters),
            stop: watch::Sender::new(false),
            passivated: Notify::new(),
            timers: Timers::default(),
            crash_hook: self.crash_hook,
            limits: self.limits,
        });
        let recovery = inner.scan().await?;
        let tasks = vec![
            crossdock_runtime::spawn(Inner::recover(Arc::clone(&inner), recovery)),
            crossdock_runtime::spawn(Inner::run_timers(Arc::clone(&inner))),
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
            crash_hook: None,
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
        self.inner.live().by_id.len()
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
