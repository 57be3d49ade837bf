//! What was learnt from a system lately: kept for a moment, bounded in age and number.

use crossdock_model::{Clock, Timestamp};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Answers of a system that may be given again while they are young.
#[derive(Debug)]
pub struct Recent<K, V> {
    clock: Arc<dyn Clock>,
    age: Duration,
    most: usize,
    learnt: Mutex<HashMap<K, (Timestamp, V)>>,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// Nothing was learnt yet. When `most` are reached, all are forgotten at once.
    pub fn new(clock: Arc<dyn Clock>, age: Duration, most: usize) -> Self {
        Self {
            clock,
            age,
            most,
            learnt: Mutex::default(),
        }
    }

    /// What was learnt, if it is young enough.
    pub fn get(&self, key: &K) -> Option<V> {
        let now = self.clock.now();
        let oldest = now.saturating_sub(self.age).unwrap_or(Timestamp::MIN);
        let learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, value) = learnt.get(key)?;
        (*at > oldest).then(|| value.clone())
    }

    /// Keeps what was just learnt.
    pub fn put(&self, key: K, value: V) {
        let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        if learnt.len() >= self.most {
            learnt.clear();
        }
        learnt.insert(key, (self.clock.now(), value));
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_runtime::ManualClock;

    #[test]
    fn what_was_learnt_is_forgotten_with_age_and_when_there_is_too_much() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let recent = Recent::new(Arc::clone(&clock) as _, Duration::from_secs(1), 2);
        recent.put("a", 1);
        assert_eq!((recent.get(&"a"), recent.get(&"b")), (Some(1), None));
        clock.advance(Duration::from_secs(1));
        assert_eq!(recent.get(&"a"), None);
        recent.put("b", 2);
        recent.put("c", 3);
        assert_eq!((recent.get(&"b"), recent.get(&"c")), (None, Some(3)));
    }
}
