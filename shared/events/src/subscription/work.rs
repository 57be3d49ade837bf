//! One turn of a subscription: what was parked first, then the next page.

use super::progress::{ParkedSubject, Progress};
use super::source::{Answer, BeginAgain};
use super::unsaved::Unsaved;
use super::{Handled, Inner, MOST_PARKED, RetryWhich, Working};
use crate::cursor::Cursor;
use crate::envelope::CloudEvent;
use crossdock_model::{Fault, Timestamp};
use crossdock_store::Place;
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
    /// Whether some shards, or all, are read from their beginning again.
    begun_again: bool,
}

impl Moved {
    /// Whether another turn may find more.
    pub(super) fn anything(self) -> bool {
        self.handled > 0 || self.read > 0 || self.begun_again
    }
}

/// An event with the one before it in its shard.
#[derive(Clone, Copy)]
struct Placed<'a> {
    event: &'a CloudEvent,
    before: Option<Place>,
}

/// Where the handling of a subject's events stopped.
struct Stopped<'a> {
    at: Placed<'a>,
    fault: Fault,
}

impl Inner {
    /// One turn. The place is saved at its end or soon after: what was handled before a crash may come again.
    pub(super) async fn advance(
        &self,
        working: &mut Working,
        which: RetryWhich,
    ) -> Result<Moved, Fault> {
        let turn = self.turn(working, which).await;
        if turn.is_err() {
            // The place in the store is the truth; whatever was being done may come again.
            working.progress = None;
            working.unsaved = Unsaved::default();
        }
        turn
    }

    async fn turn(&self, working: &mut Working, which: RetryWhich) -> Result<Moved, Fault> {
        let progress = match &mut working.progress {
            Some(progress) => progress,
            none => none.insert(self.load().await?),
        };
        let before = progress.clone();
        let unsaved = &mut working.unsaved;
        let registered = self
            .acknowledge((progress, unsaved), &mut working.acknowledged)
            .await?;
        let turned = match registered {
            Ok(()) => self.read_on(progress, which).await?,
            Err(begin) => Err(begin),
        };
        let moved = turned.unwrap_or_else(|begin| {
            self.begin_again(progress, &begin);
            // Further ahead than the reader now is, what it acknowledged would let go of what it is about to read.
            working.acknowledged = None;
            Moved {
                begun_again: true,
                ..Moved::default()
            }
        });
        if *progress != before {
            unsaved.note(moved.read);
        }
        if progress.parked != before.parked || moved.begun_again {
            // What a person may have to look at is there at once.
            self.save_now(progress, unsaved).await?;
        }
        self.save_if_due(progress, unsaved).await?;
        Ok(moved)
    }

    /// What was parked, then the next page.
    async fn read_on(&self, progress: &mut Progress, which: RetryWhich) -> Answer<Moved> {
        // Read before anything is tried again, so that what was parked in a feed that is lost is not looked for there.
        let read = self.source.read(&progress.cursor, &self.reader.name).await;
        let page = match read? {
            Ok(page) => page,
            Err(begin) => return Ok(Err(begin)),
        };
        let mut moved = Moved::default();
        match self.try_again(progress, which).await? {
            Ok(handled) => moved.handled = handled,
            Err(begin) => return Ok(Err(begin)),
        }
        if progress.parked.len() < MOST_PARKED {
            moved.read = page.events.len();
            moved.handled += self.take(progress, &page.events).await;
            progress.cursor = page.next;
        }
        Ok(Ok(moved))
    }

    /// Goes back to the beginning of each shard that is named; what handlers did for its events they do not do again.
    fn begin_again(&self, progress: &mut Progress, begin: &BeginAgain) {
        tracing::warn!(reader = %self.reader.name, shards = ?begin.shards, "{}", begin.why);
        for parked in progress.begin_again(&begin.shards) {
            tracing::warn!(
                reader = %self.reader.name,
                event = %parked.event,
                subject = parked.subject,
                why = parked.why,
                "a parked event is given up with the feed that it was read from; it comes again if it is still there"
            );
        }
    }

    /// Handles a page, many subjects at once and each in order, and parks what fails.
    async fn take(&self, progress: &mut Progress, events: &[CloudEvent]) -> usize {
        let mut groups: Vec<Vec<Placed<'_>>> = Vec::new();
        for (before, event) in progress.cursor.in_front_of(events) {
            if progress.waits(&event.tenant, &event.subject) {
                continue;
            }
            let same = |group: &&mut Vec<Placed<'_>>| {
                let first = group.first();
                first.is_some_and(|first| first.event.source == event.source)
            };
            let placed = Placed { event, before };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(placed),
                None => groups.push(vec![placed]),
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
    async fn in_order<'a>(&self, group: Vec<Placed<'a>>) -> (usize, Option<Stopped<'a>>) {
        let mut handled = 0;
        for at in group {
            if let Err(fault) = self.handle(at.event).await {
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

    /// Tries again what was parked; answers how many events could be handled after all, or that the place is none in the feed.
    async fn try_again(&self, progress: &mut Progress, which: RetryWhich) -> Answer<usize> {
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
                Ok(Ok((done, still))) => {
                    handled += done;
                    left.extend(still);
                    continue;
                }
                Ok(Err(begin)) => trouble = Some(Ok(Err(begin))),
                Err(fault) => trouble = Some(Err(fault)),
            }
            left.push(parked);
            break;
        }
        left.extend(chosen);
        progress.parked = left;
        trouble.unwrap_or(Ok(Ok(handled)))
    }

    /// Handles a subject's events from where it was left up to the place that all others have reached.
    async fn catch_up(
        &self,
        progress: &Progress,
        parked: &ParkedSubject,
    ) -> Answer<(usize, Option<ParkedSubject>)> {
        let reached = progress.cursor.offset(parked.shard);
        let before = parked.before.place(parked.shard);
        let mut cursor = progress.cursor.with(parked.shard, before);
        let mut handled = 0;
        while cursor.offset(parked.shard) < reached {
            let page = match self.source.read(&cursor, &self.reader.name).await? {
                Ok(page) => page,
                Err(begin) => return Ok(Err(begin)),
            };
            let placed = cursor.in_front_of(&page.events).into_iter();
            let waiting = placed.filter_map(|(before, event)| {
                let behind = event
                    .place()
                    .is_some_and(|(shard, at)| shard == parked.shard && at.offset <= reached);
                let same = event.subject == parked.subject && event.tenant == parked.tenant;
                (behind && same).then_some(Placed { event, before })
            });
            let (done, stopped) = self.in_order(waiting.collect()).await;
            handled += done;
            if let Some(stopped) = stopped {
                let now = self.reader.clock.now();
                let earlier = (handled == 0).then_some(parked);
                return Ok(Ok((handled, Some(self.park(&stopped, earlier, now)))));
            }
            if page.next == cursor {
                break;
            }
            cursor = page.next;
        }
        Ok(Ok((handled, None)))
    }

    /// The note on an event that failed; `earlier` is the one about the same event's last failure.
    fn park(
        &self,
        stopped: &Stopped<'_>,
        earlier: Option<&ParkedSubject>,
        now: Timestamp,
    ) -> ParkedSubject {
        let Placed { event, before } = stopped.at;
        let shard = event.place().map_or(0, |(shard, _)| shard);
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
            before: Cursor::default().with(shard, before),
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
