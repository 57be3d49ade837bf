//! What the task of one live instance holds.

use crate::core::{AttemptId, Instance, NodeState, Phase, blocked};
use crate::define::{Kind, Node};
use crate::runtime::inner::{Inner, Mailbox};
use crate::runtime::load::Found;
use crate::runtime::permit::{Permit, PermitRequest};
use crate::runtime::plan::Plan;
use crossdock_model::{Fault, InstanceId};
use crossdock_store::{Answer, InstanceHeader, Shard, Status};
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, watch};

/// An attempt that has come to its end: the node, whether it was its undo, the outcome.
pub(crate) type Finished = (usize, bool, Result<Box<RawValue>, Fault>);

/// An attempt in flight, with the permit it runs under.
pub(crate) struct InFlight {
    pub(super) attempt: AttemptId,
    pub(super) permit: Arc<Permit>,
}

/// The one that moves an instance while it is in memory.
pub(crate) struct Driver {
    pub(crate) inner: Arc<Inner>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) header: Arc<InstanceHeader>,
    pub(crate) id: InstanceId,
    pub(crate) shard: Shard,
    pub(crate) revision: u64,
    pub(crate) status: Status,
    pub(crate) instance: Instance,
    /// Held during a transition, so that those of one business key run one at a time.
    pub(crate) key_lock: Arc<tokio::sync::Mutex<()>>,
    pub(crate) stop: watch::Receiver<bool>,
    pub(super) lock_slot: u64,
    pub(super) mailbox: Mailbox,
    pub(super) attempts: FuturesUnordered<BoxFuture<'static, Finished>>,
    pub(super) in_flight: Vec<InFlight>,
    /// Permits of attempts whose outcome is not on disk yet.
    pub(super) unsaved: Vec<Arc<Permit>>,
    /// What the last turn may begin.
    pub(super) permit: Option<Permit>,
    /// Whether the last turn had to leave attempts that it could have begun.
    pub(super) held_back: bool,
    pub(super) permit_request: Option<PermitRequest>,
    _capacity: OwnedSemaphorePermit,
}

impl Driver {
    /// A driver of an instance that nothing is stored of yet.
    pub(crate) fn new(
        inner: Arc<Inner>,
        (plan, header): (Arc<Plan>, Arc<InstanceHeader>),
        (id, shard): (InstanceId, Shard),
        mailbox: Mailbox,
        capacity: OwnedSemaphorePermit,
    ) -> Self {
        let (lock_slot, key_lock) = inner.lock_of(&header);
        let stop = inner.stop.subscribe();
        let instance = Instance::new(&plan.definition);
        Self {
            inner,
            plan,
            header,
            id,
            shard,
            revision: 0,
            status: Status::Running,
            instance,
            key_lock,
            stop,
            lock_slot,
            mailbox,
            attempts: FuturesUnordered::new(),
            in_flight: Vec::new(),
            unsaved: Vec::new(),
            permit: None,
            held_back: false,
            permit_request: None,
            _capacity: capacity,
        }
    }

    /// A driver of an instance as it stands on disk.
    pub(crate) fn loaded(
        inner: Arc<Inner>,
        found: Found,
        mailbox: Mailbox,
        capacity: OwnedSemaphorePermit,
    ) -> Self {
        let Found {
            row,
            plan,
            instance,
        } = found;
        let what = (plan, Arc::new(row.header));
        let mut driver = Self::new(inner, what, (row.id, row.shard), mailbox, capacity);
        driver.instance = instance;
        driver.revision = row.revision;
        driver.status = row.status;
        driver.publish(None);
        driver
    }

    /// Shows the waiters how far the instance has come.
    pub(crate) fn publish(&self, answer: Option<&Answer>) {
        let definition = &self.plan.definition;
        self.mailbox.progress.send_modify(|progress| {
            progress.stored = true;
            progress.pivoted = self.instance.pivoted;
            if let Phase::Ended(status) = self.instance.phase {
                progress.ended = Some(status);
            }
            progress.refusal.clone_from(&self.instance.refusal);
            if let Some(answer) = answer {
                progress.answer = Some(answer.clone());
            }
            let is_done = self.instance.nodes.iter().map(NodeState::is_settled);
            progress.done.clear();
            progress.done.extend(is_done);
            progress.blocked = blocked(definition, &self.instance);
            progress.pivot = None;
            if !progress.blocked.is_empty() {
                let is_pivot = |node: &Node| node.kind == Kind::Pivot;
                progress.pivot = definition.nodes.iter().position(is_pivot);
            }
        });
    }
}
