//! The task of one live instance: launch, gather what came back, transition, passivate.

use crate::core::{Input, NodeState, NodeStatus, is_timed, suspect};
use crate::runtime::command::{Command, StartCommand, TransitionError, Trigger};
use crate::runtime::driver::Driver;
use crate::runtime::inner::{LiveInstance, LiveInstances, Mailbox};
use crate::runtime::permit::granted;
use crate::runtime::progress::Progress;
use crossdock_model::{InstanceId, Timestamp};
use futures_util::future::FutureExt;
use futures_util::stream::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// How soon a clock that has jumped is looked at again.
const RECHECK_JUMP: Duration = Duration::from_mins(1);
/// So often others have their turn before outcomes are appended whose siblings are in flight.
const TURNS: usize = 5;

/// Spawns the driver of an instance: from here on it is the one that moves it.
pub(crate) fn spawn_driver(
    live: &mut LiveInstances,
    id: InstanceId,
    build: impl FnOnce(Mailbox) -> Driver,
    start: Option<StartCommand>,
) {
    live.generation += 1;
    let generation = live.generation;
    let (mailbox, commands) = mpsc::unbounded_channel();
    let progress = Arc::new(watch::Sender::new(Progress::default()));
    let driver = build(Mailbox {
        generation,
        commands,
        progress: Arc::clone(&progress),
    });
    let task = crossdock_runtime::spawn(driver.run(start));
    live.by_id.insert(
        id,
        LiveInstance {
            generation,
            mailbox,
            progress,
            _task: task,
        },
    );
}

impl Driver {
    async fn run(mut self, start: Option<StartCommand>) {
        let id = self.id;
        let begun = match start {
            Some(start) => self.begin(start).await,
            None => self
                .transition(&[Input::Recovered], Trigger::default())
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

    async fn begin(&mut self, start: StartCommand) -> Result<(), TransitionError> {
        let StartCommand {
            state,
            records,
            cause,
            inbox,
            reply,
        } = start;
        let trace = cause.traceparent.clone();
        let trigger = Trigger {
            cause: Some(cause),
            inbox,
        };
        let start = Input::Start {
            state,
            records,
            trace,
        };
        let begun = self.transition(&[start], trigger).await.map(drop);
        if begun.is_err() {
            // The mailbox is gone before the caller learns of it.
            self.leave();
        }
        // A caller who has gone is answered when they ask again.
        drop(reply.send(begun.clone()));
        begun
    }

    async fn drive(&mut self) -> Result<(), TransitionError> {
        loop {
            let mut inputs = self.launch();
            self.request_permit();
            if inputs.is_empty() {
                inputs = self.gather().await;
            }
            if !inputs.is_empty() {
                self.transition(&inputs, Trigger::default()).await?;
                continue;
            }
            if let Ok(command) = self.mailbox.commands.try_recv() {
                self.handle(command).await?;
                continue;
            }
            if self.may_passivate() && self.passivate() {
                return Ok(());
            }
            self.idle().await?;
        }
    }

    /// What is ready now: outcomes together, so that siblings share one append.
    async fn gather(&mut self) -> Vec<Input> {
        let mut inputs = Vec::new();
        self.gather_outcomes(&mut inputs).await;
        let is_time = |due| due <= self.inner.clock.now();
        if inputs.is_empty() && !*self.stop.borrow() && self.next_due().is_some_and(is_time) {
            inputs.push(Input::Tick);
        }
        inputs
    }

    /// The outcomes that are ready, and with them those of siblings that come while others have their turn.
    ///
    /// Where the processors are idle that takes no time and seldom brings one; where they are busy, an append is saved.
    async fn gather_outcomes(&mut self, inputs: &mut Vec<Input>) {
        for _turn in 0..=TURNS {
            while let Some(Some(finished)) = self.attempts.next().now_or_never() {
                inputs.push(self.finished(finished));
            }
            if inputs.is_empty() || self.attempts.is_empty() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Waits for whatever comes first.
    async fn idle(&mut self) -> Result<(), TransitionError> {
        let due = self.next_due().filter(|_| !*self.stop.borrow());
        let sleep = due.map(|due| self.inner.clock.sleep_until(due));
        let asleep = async {
            match sleep {
                Some(sleep) => sleep.await,
                None => std::future::pending().await,
            }
        };
        let was_stopping = *self.stop.borrow_and_update();
        let progress = Arc::clone(&self.mailbox.progress);
        let watched = progress.receiver_count() > 0;
        tokio::select! {
            Some(finished) = self.attempts.next(), if !self.attempts.is_empty() => {
                let mut inputs = vec![self.finished(finished)];
                self.gather_outcomes(&mut inputs).await;
                self.transition(&inputs, Trigger::default()).await?;
            }
            Some(command) = self.mailbox.commands.recv() => self.handle(command).await?,
            permit = granted(&mut self.permit_request), if self.permit_request.is_some() => {
                (self.permit, self.permit_request) = (Some(permit), None);
                self.transition(&[Input::Tick], Trigger::default()).await?;
            }
            () = asleep => {}
            () = progress.closed(), if watched => {}
            changed = self.stop.changed(), if !was_stopping => drop(changed),
        }
        Ok(())
    }

    async fn handle(&mut self, command: Command) -> Result<(), TransitionError> {
        match command {
            Command::Wake => Ok(()),
            Command::Reconfigured => self
                .transition(&[Input::Reconfigured], Trigger::default())
                .await
                .map(drop),
            Command::Defer => self.defer().await,
            Command::Operate(operation) => self.operate(*operation).await,
        }
    }

    /// Asks for the permit that it takes to go on: exclusive for a suspect, shared where another was exclusive.
    fn request_permit(&mut self) {
        let stopping = *self.stop.borrow();
        let wanted = match suspect(&self.instance, self.inner.clock.now()) {
            Some(attempt) => Some(Some(attempt)),
            None => self.held_back.then_some(None),
        };
        let asked_for = self.permit_request.as_ref().map(|request| request.isolated);
        match wanted.filter(|_| !stopping) {
            None => self.permit_request = None,
            wanted if wanted == asked_for => {}
            Some(isolated) => self.permit_request = Some(self.inner.permits.request(isolated)),
        }
    }

    /// The next time that matters; while the wall clock is out of step, deadlines are looked at later.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let now = self.now(None);
        let later = now
            .at
            .saturating_add(RECHECK_JUMP)
            .unwrap_or(Timestamp::MAX);
        let timed = |node: &&NodeState| is_timed(self.instance.phase, node.status);
        let due = |node: &NodeState| match (node.status, node.due) {
            (NodeStatus::Waiting, Some(due)) if !now.expiring => Some(due.max(later)),
            // Its time has come; what it waits for now is a permit.
            (NodeStatus::Backoff | NodeStatus::UndoBackoff, Some(due))
                if due <= now.at && self.permit_request.is_some() =>
            {
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
