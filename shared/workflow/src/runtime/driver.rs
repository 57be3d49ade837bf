//! The task of one live instance: launch, gather what came back, transition, rest.

use crate::core::{Effect, Input, Instance, Phase, St, effects};
use crate::key::step_key;
use crate::runtime::engine::Inner;
use crate::runtime::load::{Found, Plan};
use crate::runtime::operate::Operation;
use crate::runtime::probe::Boundary;
use crate::runtime::transition::{Failed, Outside, panic_text};
use crossdock_model::{Caller, Context, Delivery, Fault, InstanceId, Refusal, Timestamp};
use crossdock_store::{Answer, Birth, Cause, MessageId, Shard, Status};
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::value::RawValue;
use std::num::NonZeroU32;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};

/// An instance whose next time is nearer than this stays in memory.
const NEAR: Duration = Duration::from_secs(5);
/// How soon a distrusted clock is looked at again.
const DOUBTED: Duration = Duration::from_mins(1);

/// What is told to a driver.
pub(crate) enum Command {
    /// Look at the time, or just be there.
    Wake,
    /// The set-up has changed.
    Reconfigured,
    /// A signal or an operator's act.
    Operate(Box<Operation>),
}

/// What waiters look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Milestones {
    /// Whether it is on disk.
    pub(crate) born: bool,
    pub(crate) pivoted: bool,
    pub(crate) ended: Option<Status>,
    pub(crate) refusal: Option<Arc<Refusal>>,
    pub(crate) answer: Option<Answer>,
    pub(crate) done: Vec<bool>,
}

/// A driver's place in the engine.
pub(crate) struct Seat {
    pub(crate) generation: u64,
    pub(crate) mail: mpsc::UnboundedReceiver<Command>,
    pub(crate) seen: Arc<watch::Sender<Milestones>>,
}

/// A start that is not on disk yet.
pub(crate) struct Starting {
    pub(crate) state: Box<RawValue>,
    pub(crate) cause: Cause,
    pub(crate) inbox: Option<MessageId>,
    pub(crate) reply: oneshot::Sender<Result<(), Failed>>,
}

/// An attempt that has come back.
type Landed = (usize, bool, Result<Box<RawValue>, Fault>);

pub(crate) struct Driver {
    pub(crate) inner: Arc<Inner>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) birth: Arc<Birth>,
    pub(crate) id: InstanceId,
    pub(crate) shard: Shard,
    pub(crate) revision: u64,
    pub(crate) status: Status,
    pub(crate) instance: Instance,
    pub(crate) lock: Arc<tokio::sync::Mutex<()>>,
    pub(crate) stop: watch::Receiver<bool>,
    slot: u64,
    seat: Seat,
    flying: FuturesUnordered<BoxFuture<'static, Landed>>,
    aloft: Vec<(usize, bool)>,
    _room: OwnedSemaphorePermit,
}

impl Driver {
    pub(crate) fn newborn(
        inner: Arc<Inner>,
        (plan, birth): (Arc<Plan>, Arc<Birth>),
        (id, shard): (InstanceId, Shard),
        seat: Seat,
        room: OwnedSemaphorePermit,
    ) -> Self {
        let (slot, lock) = inner.lock_of(&birth);
        let stop = inner.stop.subscribe();
        let instance = Instance::unborn(&plan.definition);
        Self {
            inner,
            plan,
            birth,
            id,
            shard,
            revision: 0,
            status: Status::Running,
            instance,
            lock,
            stop,
            slot,
            seat,
            flying: FuturesUnordered::new(),
            aloft: Vec::new(),
            _room: room,
        }
    }

    pub(crate) fn loaded(
        inner: Arc<Inner>,
        found: Found,
        seat: Seat,
        room: OwnedSemaphorePermit,
    ) -> Self {
        let Found {
            row,
            plan,
            instance,
        } = found;
        let place = (row.id, row.shard);
        let mut driver = Self::newborn(inner, (plan, Arc::new(row.birth)), place, seat, room);
        driver.instance = instance;
        driver.revision = row.revision;
        driver.status = row.status;
        driver.publish(None);
        driver
    }

    pub(crate) async fn run(mut self, starting: Option<Starting>) {
        let id = self.id;
        let begun = match starting {
            Some(starting) => self.begin(starting).await,
            None => self
                .transition(&[Input::Recovered], Outside::default())
                .await
                .map(drop),
        };
        let ended = match begun {
            Ok(()) => self.drive().await,
            Err(failed) => Err(failed),
        };
        if let Err(failed) = ended
            && self.revision > 0
        {
            tracing::error!(instance = %id, workflow = %self.plan.name, why = %failed, "the instance stands still until the next start");
        }
    }

    async fn begin(&mut self, starting: Starting) -> Result<(), Failed> {
        let Starting {
            state,
            cause,
            inbox,
            reply,
        } = starting;
        let trace = cause.traceparent.clone();
        let outside = Outside {
            cause: Some(cause),
            inbox,
        };
        let begun = self
            .transition(&[Input::Start { state, trace }], outside)
            .await
            .map(drop);
        if begun.is_err() {
            // The place is free before the caller hears of it.
            self.leave();
        }
        // A caller who has gone is answered when they ask again.
        drop(reply.send(begun.clone()));
        begun
    }

    async fn drive(&mut self) -> Result<(), Failed> {
        loop {
            self.launch();
            let inputs = self.gather();
            if !inputs.is_empty() {
                self.transition(&inputs, Outside::default()).await?;
                continue;
            }
            if let Ok(command) = self.seat.mail.try_recv() {
                self.obey(command).await?;
                continue;
            }
            if self.may_rest() && self.rest() {
                return Ok(());
            }
            self.idle().await?;
        }
    }

    /// What is ready now: outcomes together, so that siblings share one append.
    fn gather(&mut self) -> Vec<Input> {
        let mut inputs = Vec::new();
        while let Some(Some(landed)) = self.flying.next().now_or_never() {
            inputs.push(self.landed(landed));
        }
        let now = self.now();
        if inputs.is_empty() && now.starting && self.next_due().is_some_and(|due| due <= now.at) {
            inputs.push(Input::Tick);
        }
        inputs
    }

    fn landed(&mut self, (node, undo, result): Landed) -> Input {
        self.aloft.retain(|flight| *flight != (node, undo));
        Input::Outcome { node, undo, result }
    }

    /// Waits for whatever comes first.
    async fn idle(&mut self) -> Result<(), Failed> {
        let due = self.next_due().filter(|_| !*self.stop.borrow());
        let sleep = due.map(|due| self.inner.clock.sleep_until(due));
        let asleep = async {
            match sleep {
                Some(sleep) => sleep.await,
                None => std::future::pending().await,
            }
        };
        let was_stopping = *self.stop.borrow_and_update();
        let seen = Arc::clone(&self.seat.seen);
        let watched = seen.receiver_count() > 0;
        tokio::select! {
            Some(landed) = self.flying.next(), if !self.flying.is_empty() => {
                let input = self.landed(landed);
                let mut inputs = vec![input];
                inputs.extend(self.gather());
                self.transition(&inputs, Outside::default()).await?;
            }
            Some(command) = self.seat.mail.recv() => self.obey(command).await?,
            () = asleep => {}
            () = seen.closed(), if watched => {}
            changed = self.stop.changed(), if !was_stopping => drop(changed),
        }
        Ok(())
    }

    async fn obey(&mut self, command: Command) -> Result<(), Failed> {
        match command {
            Command::Wake => Ok(()),
            Command::Reconfigured => self
                .transition(&[Input::Reconfigured], Outside::default())
                .await
                .map(drop),
            Command::Operate(operation) => self.operate(*operation).await,
        }
    }

    /// The next time that matters; while the clock is not believed, deadlines are looked at later.
    fn next_due(&self) -> Option<Timestamp> {
        let now = self.now();
        let held = now.at.saturating_add(DOUBTED).unwrap_or(Timestamp::MAX);
        let timed =
            |node: &&crate::core::NodeState| crate::core::is_timed(self.instance.phase, node.st);
        let due = |node: &crate::core::NodeState| match (node.st, node.due) {
            (St::Waiting, Some(due)) if !now.expiring => Some(due.max(held)),
            (_, due) => due,
        };
        self.instance
            .nodes
            .iter()
            .filter(timed)
            .filter_map(due)
            .min()
    }

    fn launch(&mut self) {
        if *self.stop.borrow() {
            return;
        }
        for effect in effects(&self.plan.definition, &self.instance) {
            let place = (effect.node, effect.undo);
            if !self.aloft.contains(&place) {
                self.aloft.push(place);
                let flight = self.flight(&effect);
                self.flying.push(flight);
            }
        }
    }

    fn flight(&self, effect: &Effect) -> BoxFuture<'static, Landed> {
        let Effect {
            node,
            undo,
            number,
            intent,
            first_sent,
        } = *effect;
        let facts = self.plan.definition.node(node);
        let name = facts.map_or("", |node| node.id.as_str());
        let timeout = facts
            .and_then(|node| node.retry.as_ref())
            .map_or(15_000, |retry| retry.timeout_ms);
        let has_effect = facts.is_some_and(crate::define::Node::has_effect);
        let now = self.inner.clock.now();
        let timeout = Duration::from_millis(timeout);
        let mut context = Context::new(
            Caller::workflow(self.birth.tenant.clone()),
            self.birth.correlation.clone(),
        );
        context.traceparent.clone_from(&self.instance.trace);
        context.deadline = now.saturating_add(timeout).ok();
        let delivery = Delivery {
            key: step_key(self.id, name, undo, intent),
            attempt: NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN),
            first_sent: if first_sent == Timestamp::UNIX_EPOCH {
                now
            } else {
                first_sent
            },
            context,
        };
        let book = &self.plan.book;
        let state = &self.instance.state;
        let attempt = if undo {
            book.undo(node, delivery, state)
        } else {
            book.run(node, delivery, state)
        };
        let Some(attempt) = attempt else {
            let why = format!("the code of {name} is not in this build");
            return Box::pin(async move { (node, undo, Err(Fault::Misconfigured { why })) });
        };
        let (inner, plan) = (Arc::clone(&self.inner), Arc::clone(&self.plan));
        Box::pin(async move {
            let permit = inner.gate.acquire().await;
            if has_effect {
                inner.reached(&plan, node, undo, Boundary::AfterIntent);
            }
            let result = within(&inner, timeout, attempt).await;
            inner.reached(&plan, node, undo, Boundary::AfterEffect);
            drop(permit);
            (node, undo, result)
        })
    }

    /// Tells the waiters where it stands.
    pub(crate) fn publish(&self, answer: Option<&Answer>) {
        self.seat.seen.send_modify(|seen| {
            seen.born = true;
            seen.pivoted = self.instance.pivoted;
            if let Phase::Ended(status) = self.instance.phase {
                seen.ended = Some(status);
            }
            seen.refusal.clone_from(&self.instance.refusal);
            if let Some(answer) = answer {
                seen.answer = Some(answer.clone());
            }
            seen.done.clear();
            seen.done
                .extend(self.instance.nodes.iter().map(|node| node.st == St::Done));
        });
    }

    fn may_rest(&self) -> bool {
        if !self.aloft.is_empty() {
            return false;
        }
        let over = matches!(self.instance.phase, Phase::Ended(_));
        if over || *self.stop.borrow() {
            return true;
        }
        let near = self
            .inner
            .clock
            .now()
            .saturating_add(NEAR)
            .unwrap_or(Timestamp::MAX);
        self.next_due().is_none_or(|due| due > near) && self.seat.seen.receiver_count() == 0
    }

    /// Leaves memory, unless somebody has just spoken. Its row is all that remains.
    fn rest(&mut self) -> bool {
        let mut lives = self.inner.lives();
        let over = matches!(self.instance.phase, Phase::Ended(_)) || *self.stop.borrow();
        let watched = !over && self.seat.seen.receiver_count() > 0;
        if !self.seat.mail.is_empty() || watched {
            return false;
        }
        let ours = lives
            .by_id
            .get(&self.id)
            .is_some_and(|live| live.generation == self.seat.generation);
        let seat = if ours {
            lives.by_id.remove(&self.id)
        } else {
            None
        };
        drop(lives);
        if let Some(due) = self.next_due() {
            self.inner.timers.set(due, self.id);
        }
        drop(seat);
        true
    }

    fn leave(&self) {
        let mut lives = self.inner.lives();
        let ours = lives
            .by_id
            .get(&self.id)
            .is_some_and(|live| live.generation == self.seat.generation);
        let seat = if ours {
            lives.by_id.remove(&self.id)
        } else {
            None
        };
        drop(lives);
        drop(seat);
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.leave();
        self.inner.forget_lock(self.slot);
        self.inner.emptied.notify_waiters();
    }
}

/// An attempt within its time; a panic is poison, too late is unknown.
async fn within(
    inner: &Inner,
    timeout: Duration,
    attempt: crate::code::Attempt,
) -> Result<Box<RawValue>, Fault> {
    let mut attempt = AssertUnwindSafe(attempt).catch_unwind();
    // Most attempts in one process end at once, and need no alarm clock.
    let first = futures_util::poll!(&mut attempt);
    let caught = match first {
        std::task::Poll::Ready(caught) => caught,
        std::task::Poll::Pending => {
            let until = inner
                .clock
                .now()
                .saturating_add(timeout)
                .unwrap_or(Timestamp::MAX);
            tokio::select! {
                caught = &mut attempt => caught,
                () = inner.clock.sleep_until(until) => {
                    let why = format!("no answer within {timeout:?}");
                    return Err(Fault::Unknown { why });
                }
            }
        }
    };
    caught.unwrap_or_else(|panic| {
        Err(Fault::poison(format!(
            "the step panicked: {}",
            panic_text(&*panic)
        )))
    })
}
