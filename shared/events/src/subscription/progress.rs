//! How far a reader has come, and what it left behind on the way.

use crate::cursor::Cursor;
use crossdock_model::{Tenant, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// The pause after the first failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What is kept in the store under the reader's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Progress {
    /// Everything before it was handled, but for what is set aside.
    pub(crate) cursor: Cursor,
    /// What is not.
    #[serde(default)]
    pub(crate) aside: Vec<Aside>,
}

/// A subject whose events wait, from one that could not be handled on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Aside {
    /// Whose.
    pub tenant: Tenant,
    /// What its events are about, `order/{id}`.
    pub subject: String,
    /// The event that could not be handled.
    pub event: Uuid,
    /// Its type.
    pub kind_type: String,
    /// What was met.
    pub why: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried again by itself; none where a person has to look.
    pub retry_at: Option<Timestamp>,
    /// When it was set aside.
    pub since: Timestamp,
    pub(crate) shard: u16,
    pub(crate) offset: u64,
}

impl Aside {
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
        let same = |aside: &Aside| aside.subject == subject && aside.tenant == *tenant;
        self.aside.iter().any(same)
    }

    /// When the next one is to be tried again.
    pub(crate) fn next_retry(&self) -> Option<Timestamp> {
        self.aside.iter().filter_map(|aside| aside.retry_at).min()
    }
}
