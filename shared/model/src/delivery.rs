//! The identity of one outward effect, the same for all its attempts.

use crate::{Context, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

/// The deterministic key of one effect: short, sortable by time, findable in a vendor's log.
///
/// `{instance uuidv7 in base32}-{8 characters of hash(node, iteration, intent)}`; an undo has its own.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepKey(pub Arc<str>);

impl StepKey {
    /// The key as it is sent to backends and found in their logs.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StepKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StepKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One attempt to bring about an effect: what a system API needs to keep "safe to call twice".
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The same for every attempt of this effect.
    pub key: StepKey,
    /// Which attempt this is, from 1. Above 1 the outcome of an earlier one is unknown.
    pub attempt: NonZeroU32,
    /// When the first attempt was sent; compared with how long a backend remembers keys.
    pub first_sent: Timestamp,
    /// When an earlier attempt was last known to be under way with its outcome unknown; the epoch where there was none.
    /// It may arrive at the backend after that.
    pub last_sent: Timestamp,
    /// The caller that it is made for, with the correlation id and the trace.
    pub context: Context,
}

impl Delivery {
    /// Whether an earlier attempt may have had its effect.
    pub fn is_repeated(&self) -> bool {
        self.attempt.get() > 1
    }
}
