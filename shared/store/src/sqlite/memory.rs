//! The little that the store keeps in memory: feed numbers, who waits for a feed, days that have claims.
//!
//! Nothing here is ahead of the disk: a feed's number is kept after its COMMIT, and a day too many costs only a look.

use super::outcome::FeedGrowth;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::watch;

/// Bounded by the number of feeds (127) and of days (about nine).
#[derive(Debug)]
pub(super) struct Memory {
    feeds: RwLock<HashMap<String, Feed>>,
    claim_days: Mutex<BTreeSet<i64>>,
}

#[derive(Debug)]
struct Feed {
    number: Option<i64>,
    grown: watch::Sender<()>,
}

impl Memory {
    pub(super) fn new(claim_days: BTreeSet<i64>) -> Self {
        Self {
            feeds: RwLock::default(),
            claim_days: Mutex::new(claim_days),
        }
    }

    /// A feed's number, once it is on disk.
    pub(super) fn feed(&self, name: &str) -> Option<i64> {
        self.feeds
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)?
            .number
    }

    /// After a COMMIT: keeps the numbers, and wakes who waits.
    pub(super) fn announce(&self, grown: &FeedGrowth) {
        for (name, feed_number) in grown {
            let feeds = self.feeds.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(feed) = feeds.get(*name).filter(|feed| feed.number.is_some()) {
                feed.grown.send_replace(());
                continue;
            }
            drop(feeds);
            let mut feeds = self.feeds.write().unwrap_or_else(PoisonError::into_inner);
            let feed = feeds.entry((*name).to_owned()).or_insert_with(Feed::new);
            feed.number = Some(*feed_number);
            feed.grown.send_replace(());
        }
    }

    /// Hears every growth of the feed from now on.
    pub(super) fn watch(&self, name: &str) -> watch::Receiver<()> {
        if let Some(feed) = self
            .feeds
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
        {
            return feed.grown.subscribe();
        }
        let mut feeds = self.feeds.write().unwrap_or_else(PoisonError::into_inner);
        feeds
            .entry(name.to_owned())
            .or_insert_with(Feed::new)
            .grown
            .subscribe()
    }

    /// The days from that one on which may have claims.
    pub(super) fn claim_days(&self, from: i64) -> Vec<i64> {
        self.days().range(from..).copied().collect()
    }

    pub(super) fn claim_day(&self, day: i64) {
        self.days().insert(day);
    }

    pub(super) fn oldest_claim_day(&self) -> Option<i64> {
        self.days().first().copied()
    }

    pub(super) fn forget_claim_day(&self, day: i64) {
        self.days().remove(&day);
    }

    fn days(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.claim_days
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feed {
    fn new() -> Self {
        Self {
            number: None,
            grown: watch::Sender::new(()),
        }
    }
}
