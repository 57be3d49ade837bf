//! Faults that a test or an operator switches on, per operation.

use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The faults that can be injected into a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FaultKind {
    /// The connection is refused; nothing runs.
    Down,
    /// It acts, and answers that much later: a caller who gives up does not know.
    Slow {
        /// How much later, in milliseconds.
        ms: u64,
    },
    /// The connection is reset at once, and it acts that much later: perhaps after the caller has tried again.
    Late {
        /// How much later, in milliseconds.
        ms: u64,
    },
    /// A 500 without the effect.
    ErrorBefore,
    /// A 500 although the effect is there.
    ErrorAfter,
    /// It acts, and the connection is reset before the answer.
    AnswerLost,
    /// It acts, and answers 200 with something that is no JSON.
    Garbage,
    /// A 429 before anything runs.
    Throttle {
        /// When to come back, in seconds.
        #[serde(rename = "retryAfter")]
        retry_after: u64,
    },
    /// An odd answer of the vendor's own, such as a 400 that means "later"; nothing runs.
    Refuse {
        /// The HTTP status of the answer.
        status: u16,
        /// The vendor's own error code in it.
        code: String,
    },
}

impl FaultKind {
    /// The name of the fault in the request log.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Slow { .. } => "slow",
            Self::Late { .. } => "late",
            Self::ErrorBefore => "error-before",
            Self::ErrorAfter => "error-after",
            Self::AnswerLost => "answer-lost",
            Self::Garbage => "garbage",
            Self::Throttle { .. } => "throttle",
            Self::Refuse { .. } => "refuse",
        }
    }
}

/// How often it goes wrong; on the wire a number, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<u32>", into = "Option<u32>")]
pub enum Times {
    /// The next so many calls.
    Next(u32),
    /// Every call, until the faults are cleared.
    UntilCleared,
}

impl From<Option<u32>> for Times {
    fn from(times: Option<u32>) -> Self {
        times.map_or(Self::UntilCleared, Self::Next)
    }
}

impl From<Times> for Option<u32> {
    fn from(times: Times) -> Self {
        match times {
            Times::Next(times) => Some(times),
            Times::UntilCleared => None,
        }
    }
}

/// One fault that was switched on, and how often it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Armed {
    /// `POST /v1/captures/{id}/void`, `POST *` or `*`.
    pub operation: String,
    /// The fault that the operation meets.
    pub fault: FaultKind,
    /// How often it still will.
    pub times: Times,
    /// How often it was met: a fault that was never met proves nothing.
    #[serde(rename = "bitten")]
    pub hits: u64,
}

impl Armed {
    fn fits(&self, operation: &str) -> bool {
        match self.operation.strip_suffix('*') {
            Some(beginning) => operation.starts_with(beginning),
            None => self.operation == operation,
        }
    }

    fn is_spent(&self) -> bool {
        self.times == Times::Next(0)
    }
}

/// The switches of one backend.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Armed>>>);

impl Faults {
    /// Switches a fault on for an operation, behind those that were switched on before.
    pub fn arm(&self, operation: &str, fault: FaultKind, times: Times) {
        self.lock().push(Armed {
            operation: operation.to_owned(),
            fault,
            times,
            hits: 0,
        });
    }

    /// Switches all off and forgets them.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// All that were switched on since the last clearing, spent ones too.
    pub fn armed(&self) -> Vec<Armed> {
        self.lock().clone()
    }

    /// The fault of this call, which counts as met.
    pub(crate) fn trigger(&self, operation: &str) -> Option<FaultKind> {
        let mut armed = self.lock();
        let met = armed
            .iter_mut()
            .find(|armed| !armed.is_spent() && armed.fits(operation))?;
        met.hits += 1;
        if let Times::Next(times) = &mut met.times {
            *times -= 1;
        }
        Some(met.fault.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_meets_its_operation_so_often_and_counts() {
        let faults = Faults::default();
        faults.arm("POST /a/{id}", FaultKind::Down, Times::Next(1));
        faults.arm("POST *", FaultKind::ErrorAfter, Times::UntilCleared);
        assert_eq!(faults.trigger("GET /a/{id}"), None);
        assert_eq!(faults.trigger("POST /a/{id}"), Some(FaultKind::Down));
        assert_eq!(faults.trigger("POST /a/{id}"), Some(FaultKind::ErrorAfter));
        assert_eq!(faults.trigger("POST /b"), Some(FaultKind::ErrorAfter));
        let hits: Vec<u64> = faults.armed().iter().map(|armed| armed.hits).collect();
        assert_eq!(hits, [1, 2]);
        faults.clear();
        assert_eq!(faults.trigger("POST /b"), None);
    }

    #[test]
    fn the_wire_form_of_a_fault_is_closed() {
        let fault: FaultKind = serde_json::from_str(r#"{"kind":"slow","ms":50}"#).unwrap();
        assert_eq!(fault, FaultKind::Slow { ms: 50 });
        assert!(serde_json::from_str::<FaultKind>(r#"{"kind":"slow","s":50}"#).is_err());
        assert!(serde_json::from_str::<FaultKind>(r#"{"kind":"late"}"#).is_err());
    }
}
