//! Attempts: launched under their key, bounded in time, gathered when they finish.

use crate::core::{AttemptId, Effect, Input, effects};
use crate::define::AttemptFuture;
use crate::key::step_key;
use crate::runtime::command::{TransitionError, Trigger};
use crate::runtime::crash::Boundary;
use crate::runtime::driver::{Driver, Finished, InFlight};
use crate::runtime::inner::Inner;
use crate::runtime::transition::panic_text;
use crossdock_model::{Caller, Context, Delivery, Fault, Timestamp};
use futures_util::future::{BoxFuture, FutureExt};
use serde_json::value::RawValue;
use std::num::NonZeroU32;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

impl Driver {
    /// Its permit is given back once the outcome is on disk, not before.
    pub(super) fn finished(&mut self, (node, undo, result): Finished) -> Input {
        let is_it = |in_flight: &InFlight| in_flight.attempt == (node, undo);
        if let Some(at) = self.in_flight.iter().position(is_it) {
            self.unsaved.push(self.in_flight.swap_remove(at).permit);
        }
        Input::Outcome { node, undo, result }
    }

    /// Launches what the last turn had a permit for; answers what has to be deferred.
    pub(super) fn launch(&mut self) -> Vec<Input> {
        let permit = self.permit.take().map(Arc::new);
        let mut deferred = Vec::new();
        for effect in effects(&self.plan.definition, &self.instance) {
            let attempt = (effect.node, effect.undo);
            if self.is_in_flight(attempt) {
                continue;
            }
            match permit.as_ref().filter(|permit| permit.covers(attempt)) {
                Some(permit) => {
                    let permit = Arc::clone(permit);
                    self.in_flight.push(InFlight { attempt, permit });
                    let future = self.attempt(&effect);
                    self.attempts.push(future);
                }
                None => deferred.push(Input::Deferred {
                    attempt,
                    begun: false,
                }),
            }
        }
        deferred
    }

    fn is_in_flight(&self, attempt: AttemptId) -> bool {
        self.in_flight
            .iter()
            .any(|in_flight| in_flight.attempt == attempt)
    }

    /// Cuts short what is in flight; the next start takes it up as unknown, and not as a death of the process.
    pub(super) async fn defer(&mut self) -> Result<(), TransitionError> {
        let expected = effects(&self.plan.definition, &self.instance);
        let inputs = expected.iter().map(|effect| {
            let attempt = (effect.node, effect.undo);
            Input::Deferred {
                attempt,
                begun: self.is_in_flight(attempt),
            }
        });
        let inputs: Vec<Input> = inputs.collect();
        self.transition(&inputs, Trigger::default()).await?;
        self.attempts.clear();
        self.in_flight.clear();
        Ok(())
    }

    fn attempt(&self, effect: &Effect) -> BoxFuture<'static, Finished> {
        let Effect {
            node,
            undo,
            number,
            intent,
            first_sent,
            last_sent,
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
            Caller::workflow(self.header.tenant.clone()),
            self.header.correlation.clone(),
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
            last_sent,
            context,
        };
        let code = &self.plan.code;
        let state = &self.instance.state;
        let attempt = if undo {
            code.undo(node, delivery, state)
        } else {
            code.run(node, delivery, state)
        };
        let Some(attempt) = attempt else {
            let why = format!("the code of {name} is not in this build");
            return Box::pin(async move { (node, undo, Err(Fault::Misconfigured { why })) });
        };
        let (inner, plan) = (Arc::clone(&self.inner), Arc::clone(&self.plan));
        Box::pin(async move {
            let permit = inner.attempt_slots.acquire().await;
            if has_effect {
                inner.reached(&plan, node, undo, Boundary::AfterIntent);
            }
            let result = within(&inner, timeout, attempt).await;
            inner.reached(&plan, node, undo, Boundary::AfterEffect);
            drop(permit);
            (node, undo, result)
        })
    }
}

/// An attempt within its time; a panic is poison, too late is unknown.
async fn within(
    inner: &Inner,
    timeout: Duration,
    attempt: AttemptFuture,
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
