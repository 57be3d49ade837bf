//! The task of one live instance: launch, gather what came back, transition, rest.

use crate::core::{Input, Instance, St, suspect};
use crate::runtime::flight::{Aloft, Landed};
use crate::runtime::inner::Inner;
use crate::runtime::load::{Found, Plan};
use crate::runtime::milestones::Milestones;
use crate::runtime::operate::Operation;
use crate::runtime::runway::{Pass, Wish, granted};
use crate::runtime::transition::{Failed, Outside};
use crossdock_model::{InstanceId, Timestamp};
use crossdock_store::{Birth, Cause, MessageId, Shard, Status};
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};

/// How soon a distrusted clock is looked at again.
const DOUBTED: Duration = Duration::from_mins(1);

/// What is told to a driver.
pub(crate) enum Command {
    /// Look at the time, or just be there.
    Wake,
    /// The set-up has changed.
    Reconfigured,
    /// The process stops, and waits no longer for what is under way.
    PutOff,
    /// A signal or an operator's act.
    Operate(Box<Operation>),
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
    pub(super) slot: u64,
    pub(super) seat: Seat,
    pub(super) flying: FuturesUnordered<BoxFuture<'static, Landed>>,
    pub(super) aloft: Vec<Aloft>,
    /// Passes of attempts whose outcome is not on disk yet.
    pub(super) landed: Vec<Arc<Pass>>,
    /// What the last turn may begin.
    pub(super) pass: Option<Pass>,
    /// Whether the last turn had to leave attempts that it could have begun.
    pub(super) held: bool,
    pub(super) wish: Option<Wish>,
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
            landed: Vec::new(),
            pass: None,
            held: false,
            wish: None,
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
            let mut inputs = self.launch();
            self.wish();
            if inputs.is_empty() {
                inputs = self.gather();
            }
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
        let is_time = |due| due <= self.inner.clock.now();
        if inputs.is_empty() && !*self.stop.borrow() && self.next_due().is_some_and(is_time) {
            inputs.push(Input::Tick);
        }
        inputs
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
            pass = granted(&mut self.wish), if self.wish.is_some() => {
                (self.pass, self.wish) = (Some(pass), None);
                self.transition(&[Input::Tick], Outside::default()).await?;
            }
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
            Command::PutOff => self.put_off().await,
            Command::Operate(operation) => self.operate(*operation).await,
        }
    }

    /// Asks for the pass that it takes to go on: alone for a suspect, common where others were alone.
    fn wish(&mut self) {
        let stopping = *self.stop.borrow();
        let wanted = match suspect(&self.instance, self.inner.clock.now()) {
            Some(place) => Some(Some(place)),
            None => self.held.then_some(None),
        };
        match wanted.filter(|_| !stopping) {
            None => self.wish = None,
            Some(alone) if self.wish.as_ref().is_some_and(|wish| wish.alone == alone) => {}
            Some(alone) => self.wish = Some(self.inner.runway.wish(alone)),
        }
    }

    /// The next time that matters; while the clock is not believed, deadlines are looked at later.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let now = self.now(None);
        let held = now.at.saturating_add(DOUBTED).unwrap_or(Timestamp::MAX);
        let timed =
            |node: &&crate::core::NodeState| crate::core::is_timed(self.instance.phase, node.st);
        let due = |node: &crate::core::NodeState| match (node.st, node.due) {
            (St::Waiting, Some(due)) if !now.expiring => Some(due.max(held)),
            // Its time has come; what it waits for now is a pass.
            (St::Backoff | St::UndoBackoff, Some(due)) if due <= now.at && self.wish.is_some() => {
                None
            }
            (_, due) => due,
        };
        self.instance
            .nodes
            .iter()
            .filter(timed)
            .filter_map(due)
            .min()
    }
}
