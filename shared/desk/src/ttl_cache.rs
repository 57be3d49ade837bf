//! A cache of what a system answered, bounded in age and number of entries.

use crossdock_model::{Clock, Timestamp};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Answers that may be given again until their time to live is over, by the injected clock.
///
/// Reaching the capacity drops every entry at once, so an insert never searches for a victim.
#[derive(Debug)]
pub struct TtlCache<K, V> {
    clock: Arc<dyn Clock>,
    ttl: Duration,
    capacity: usize,
    entries: Mutex<HashMap<K, (Timestamp, V)>>,
}

impl<K: Eq + Hash, V: Clone> TtlCache<K, V> {
    /// An empty cache of at most `capacity` entries, each good for `ttl`.
    pub fn new(clock: Arc<dyn Clock>, ttl: Duration, capacity: usize) -> Self {
        Self {
            clock,
            ttl,
            capacity,
            entries: Mutex::default(),
        }
    }

    /// The entry, unless there is none or it is older than the time to live.
    pub fn get(&self, key: &K) -> Option<V> {
        let now = self.clock.now();
        let oldest = now.saturating_sub(self.ttl).unwrap_or(Timestamp::MIN);
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (inserted_at, value) = entries.get(key)?;
        (*inserted_at > oldest).then(|| value.clone())
    }

    /// Keeps a value from now on, in place of an older one.
    pub fn insert(&self, key: K, value: V) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= self.capacity {
            entries.clear();
        }
        entries.insert(key, (self.clock.now(), value));
    }

    /// The time by the clock that entries age by.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_runtime::ManualClock;

    #[test]
    fn an_entry_is_dropped_with_age_and_when_the_cache_is_full() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let cache = TtlCache::new(Arc::clone(&clock) as _, Duration::from_secs(1), 2);
        cache.insert("a", 1);
        assert_eq!((cache.get(&"a"), cache.get(&"b")), (Some(1), None));
        clock.advance(Duration::from_secs(1));
        assert_eq!(cache.get(&"a"), None);
        cache.insert("b", 2);
        cache.insert("c", 3);
        assert_eq!((cache.get(&"b"), cache.get(&"c")), (None, Some(3)));
    }
}
