//! How far a reader has come, and what it left behind on the way.

use crate::cursor::Cursor;
use crossdock_model::{Tenant, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// The pause after the first failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// No pause between two tries is longer.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What the store holds under the reader's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Progress {
    /// Everything before it was handled, but for what is parked.
    pub(crate) cursor: Cursor,
    /// The subjects whose events wait behind one that failed.
    #[serde(default, rename = "aside")]
    pub(crate) parked: Vec<ParkedSubject>,
}

/// A subject whose events wait, from one that could not be handled on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParkedSubject {
    /// The retailer it belongs to.
    pub tenant: Tenant,
    /// What its events are about, `order/{id}`.
    pub subject: String,
    /// The event that could not be handled.
    pub event: Uuid,
    /// The type of that event.
    pub kind_type: String,
    /// The last failure, in words for people.
    pub why: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried again by itself; none where a person has to look.
    pub retry_at: Option<Timestamp>,
    /// When it was parked.
    pub since: Timestamp,
    pub(crate) shard: u16,
    /// Where that shard was read up to when the event came, and nothing of the others.
    pub(crate) before: Cursor,
}

/// What a reader's source was told last of how far it has come.
#[derive(Debug)]
pub(crate) struct Acknowledged {
    pub(crate) place: Cursor,
    /// When it may be told something else.
    pub(crate) again_at: Timestamp,
}

impl Acknowledged {
    /// When the source is to be told that the reader has moved; none while it has not.
    pub(crate) fn due_at(&self, progress: &Progress) -> Option<Timestamp> {
        (self.place != progress.acknowledged()).then_some(self.again_at)
    }
}

impl ParkedSubject {
    /// Notes another failure; `may_pass` says whether it is tried again by itself, `after` not before when.
    pub(crate) fn failed(
        &mut self,
        why: String,
        may_pass: bool,
        after: Option<Duration>,
        now: Timestamp,
    ) {
        let doubled = FIRST_PAUSE.saturating_mul(1 << self.attempts.min(16));
        let pause = doubled.min(LONGEST_PAUSE).max(after.unwrap_or_default());
        self.attempts = self.attempts.saturating_add(1);
        self.retry_at = may_pass.then(|| now.saturating_add(pause).unwrap_or(Timestamp::MAX));
        self.why = why;
    }
}

impl Progress {
    /// Whether events of that subject wait behind one that failed.
    pub(crate) fn waits(&self, tenant: &Tenant, subject: &str) -> bool {
        let same = |parked: &ParkedSubject| parked.subject == subject && parked.tenant == *tenant;
        self.parked.iter().any(same)
    }

    /// Goes back to the beginning of those shards, and answers which parked subjects are left behind there; of all shards
    /// where none is named.
    pub(crate) fn begin_again(&mut self, shards: &[u16]) -> Vec<ParkedSubject> {
        if shards.is_empty() {
            self.cursor = Cursor::default();
            return std::mem::take(&mut self.parked);
        }
        for shard in shards {
            self.cursor.begin_again(*shard);
        }
        let lost = |parked: &mut ParkedSubject| shards.contains(&parked.shard);
        self.parked.extract_if(.., lost).collect()
    }

    /// How far the reader has done everything: its cursor, but in the shard of a parked subject no further than that.
    pub(crate) fn acknowledged(&self) -> Cursor {
        let mut place = self.cursor.clone();
        for parked in &self.parked {
            if parked.before.offset(parked.shard) < place.offset(parked.shard) {
                place = place.with(parked.shard, parked.before.place(parked.shard));
            }
        }
        place
    }

    /// When the next one is to be tried again.
    pub(crate) fn next_retry(&self) -> Option<Timestamp> {
        self.parked
            .iter()
            .filter_map(|parked| parked.retry_at)
            .min()
    }
}
