//! One turn of a subscription: what was parked first, then the next page.

use super::progress::{ParkedSubject, Progress};
use super::{Handled, Inner, MOST_PARKED, RetryWhich};
use crate::envelope::CloudEvent;
use crossdock_model::{Fault, Timestamp};
use futures_util::{FutureExt as _, StreamExt as _, stream};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// How many subjects are handled at once.
const AT_ONCE: usize = 128;

/// What one turn came to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moved {
    /// How many events were handled or ignored.
    pub(super) handled: usize,
    /// How many events were read, handled or not.
    read: usize,
}

impl Moved {
    /// Whether another turn may find more.
    pub(super) fn anything(self) -> bool {
        self.handled > 0 || self.read > 0
    }
}

/// Where the handling of a subject's events stopped.
struct Stopped<'a> {
    at: &'a CloudEvent,
    fault: Fault,
}

impl Inner {
    /// One turn. The place is saved at its end: what was handled before a crash may come again.
    pub(super) async fn advance(
        &self,
        working: &mut Option<Progress>,
        which: RetryWhich,
    ) -> Result<Moved, Fault> {
        let progress = match working {
            Some(progress) => progress,
            None => working.insert(self.load().await?),
        };
        let before = progress.clone();
        let mut moved = Moved {
            handled: self.try_again(progress, which).await?,
            read: 0,
        };
        if progress.parked.len() < MOST_PARKED {
            let page = self
                .source
                .page(&progress.cursor, &self.reader.name)
                .await?;
            moved.read = page.events.len();
            moved.handled += self.take(progress, &page.events).await;
            progress.cursor = page.next;
        }
        if *progress != before {
            self.save(progress).await?;
        }
        Ok(moved)
    }

    /// Handles a page, many subjects at once and each in order, and parks what fails.
    async fn take(&self, progress: &mut Progress, events: &[CloudEvent]) -> usize {
        let mut groups: Vec<Vec<&CloudEvent>> = Vec::new();
        for event in events {
            if progress.waits(&event.tenant, &event.subject) {
                continue;
            }
            let same = |group: &&mut Vec<&CloudEvent>| {
                let first = group.first();
                first.is_some_and(|first| first.source == event.source)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(event),
                None => groups.push(vec![event]),
            }
        }
        let mut each = Vec::with_capacity(groups.len());
        for group in groups {
            each.push(self.in_order(group).boxed());
        }
        let mut handling = stream::iter(each).buffer_unordered(AT_ONCE);
        let mut handled = 0;
        while let Some((done, stopped)) = handling.next().await {
            handled += done;
            if let Some(stopped) = stopped {
                let now = self.reader.clock.now();
                progress.parked.push(self.park(&stopped, None, now));
            }
        }
        handled
    }

    /// Handles the events of one subject until one fails.
    async fn in_order<'a>(&self, group: Vec<&'a CloudEvent>) -> (usize, Option<Stopped<'a>>) {
        let mut handled = 0;
        for at in group {
            if let Err(fault) = self.handle(at).await {
                return (handled, Some(Stopped { at, fault }));
            }
            handled += 1;
        }
        (handled, None)
    }

    /// A handler that panics has met an event that it cannot take.
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault> {
        let handling = AssertUnwindSafe(self.handler.handle(event)).catch_unwind();
        let panicked = |_panic| Err(Fault::poison("the handler panicked: report it"));
        handling.await.unwrap_or_else(panicked)
    }

    /// Tries again what was parked; answers how many events could be handled after all.
    async fn try_again(&self, progress: &mut Progress, which: RetryWhich) -> Result<usize, Fault> {
        let now = self.reader.clock.now();
        let (chosen, mut left): (Vec<ParkedSubject>, Vec<ParkedSubject>) =
            progress.parked.drain(..).partition(|parked| match which {
                RetryWhich::Due => parked.retry_at.is_some_and(|at| at <= now),
                RetryWhich::MayPass => parked.retry_at.is_some(),
                RetryWhich::All => true,
            });
        let mut handled = 0;
        let mut chosen = chosen.into_iter();
        let mut trouble = None;
        for parked in chosen.by_ref() {
            match self.catch_up(progress, &parked).await {
                Ok((done, still)) => {
                    handled += done;
                    left.extend(still);
                }
                Err(fault) => {
                    left.push(parked);
                    trouble = Some(fault);
                    break;
                }
            }
        }
        left.extend(chosen);
        progress.parked = left;
        trouble.map_or(Ok(handled), Err)
    }

    /// Handles a subject's events from where it was left up to the place that all others have reached.
    async fn catch_up(
        &self,
        progress: &Progress,
        parked: &ParkedSubject,
    ) -> Result<(usize, Option<ParkedSubject>), Fault> {
        let reached = progress.cursor.offset(parked.shard);
        let mut cursor = progress.cursor.back_to(parked.shard, parked.offset);
        let mut handled = 0;
        while cursor.offset(parked.shard) < reached {
            let page = self.source.page(&cursor, &self.reader.name).await?;
            let waiting = page.events.iter().filter(|event| {
                let behind = event
                    .place()
                    .is_some_and(|(shard, offset)| shard == parked.shard && offset <= reached);
                behind && event.subject == parked.subject && event.tenant == parked.tenant
            });
            let (done, stopped) = self.in_order(waiting.collect()).await;
            handled += done;
            if let Some(stopped) = stopped {
                let now = self.reader.clock.now();
                let earlier = (handled == 0).then_some(parked);
                return Ok((handled, Some(self.park(&stopped, earlier, now))));
            }
            if page.next == cursor {
                break;
            }
            cursor = page.next;
        }
        Ok((handled, None))
    }

    /// The note on an event that failed; `earlier` is the one about the same event's last failure.
    fn park(
        &self,
        stopped: &Stopped<'_>,
        earlier: Option<&ParkedSubject>,
        now: Timestamp,
    ) -> ParkedSubject {
        let event = stopped.at;
        let (shard, offset) = event.place().unwrap_or_default();
        let mut parked = earlier.cloned().unwrap_or_else(|| ParkedSubject {
            tenant: event.tenant.clone(),
            subject: event.subject.clone(),
            event: event.id,
            kind_type: event.kind_type.clone(),
            why: String::new(),
            attempts: 0,
            retry_at: None,
            since: now,
            shard,
            offset,
        });
        let (may_pass, after) = retryability(&stopped.fault);
        parked.failed(stopped.fault.to_string(), may_pass, after, now);
        tracing::warn!(
            reader = %self.reader.name,
            event = %event.id,
            subject = event.subject,
            attempts = parked.attempts,
            fault = %stopped.fault,
            "an event is parked"
        );
        parked
    }
}

/// Whether the same event may be handled later, and not before when.
fn retryability(fault: &Fault) -> (bool, Option<Duration>) {
    match fault {
        Fault::Retry { after, .. } => (true, *after),
        Fault::Unknown { .. } | Fault::NothingHappened { .. } | Fault::Misconfigured { .. } => {
            (true, None)
        }
        Fault::Refused(_) | Fault::Poison { .. } => (false, None),
    }
}
