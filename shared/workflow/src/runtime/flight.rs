//! Attempts on their way: launched under their key, bounded in time, gathered when they land.

use crate::core::{Effect, Input, Place, effects};
use crate::key::step_key;
use crate::runtime::driver::Driver;
use crate::runtime::inner::Inner;
use crate::runtime::probe::Boundary;
use crate::runtime::runway::Pass;
use crate::runtime::transition::{Failed, Outside, panic_text};
use crossdock_model::{Caller, Context, Delivery, Fault, Timestamp};
use futures_util::future::{BoxFuture, FutureExt};
use serde_json::value::RawValue;
use std::num::NonZeroU32;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// An attempt that has come back.
pub(crate) type Landed = (usize, bool, Result<Box<RawValue>, Fault>);

/// An attempt under way, with the pass it flies under.
pub(crate) struct Aloft {
    place: Place,
    pass: Arc<Pass>,
}

impl Driver {
    /// Its pass is given back once the outcome is on disk, not before.
    pub(super) fn landed(&mut self, (node, undo, result): Landed) -> Input {
        let back = |flight: &Aloft| flight.place == (node, undo);
        if let Some(at) = self.aloft.iter().position(back) {
            self.landed.push(self.aloft.swap_remove(at).pass);
        }
        Input::Outcome { node, undo, result }
    }

    /// Launches what the last turn was cleared for; answers what has to be put off.
    pub(super) fn launch(&mut self) -> Vec<Input> {
        let cleared = self.pass.take().map(Arc::new);
        let mut held_back = Vec::new();
        for effect in effects(&self.plan.definition, &self.instance) {
            let place = (effect.node, effect.undo);
            if self.is_aloft(place) {
                continue;
            }
            match cleared.as_ref().filter(|pass| pass.clears(place)) {
                Some(pass) => {
                    let pass = Arc::clone(pass);
                    self.aloft.push(Aloft { place, pass });
                    let flight = self.flight(&effect);
                    self.flying.push(flight);
                }
                None => held_back.push(Input::PutOff {
                    place,
                    begun: false,
                }),
            }
        }
        held_back
    }

    fn is_aloft(&self, place: Place) -> bool {
        self.aloft.iter().any(|flight| flight.place == place)
    }

    /// Cuts short what is under way; the next start takes it up as unknown, and as nobody's death.
    pub(super) async fn put_off(&mut self) -> Result<(), Failed> {
        let expected = effects(&self.plan.definition, &self.instance);
        let inputs = expected.iter().map(|effect| {
            let place = (effect.node, effect.undo);
            Input::PutOff {
                place,
                begun: self.is_aloft(place),
            }
        });
        let inputs: Vec<Input> = inputs.collect();
        self.transition(&inputs, Outside::default()).await?;
        self.flying.clear();
        self.aloft.clear();
        Ok(())
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
