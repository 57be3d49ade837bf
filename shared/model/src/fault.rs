//! How a call can fail, by what the caller can do about it (workflows.md, "Outcomes").

use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;
use utoipa::ToSchema;

/// One thing that is wrong with a request, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Violation {
    /// JSON Pointer (RFC 6901) into the body, or `#/query/name`.
    pub pointer: String,
    /// What is wrong at that pointer, for people.
    pub detail: String,
}

/// A refusal by the business: final, with a code of the problem catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A code of the catalogue in `crossdock-problem`, `out_of_stock`.
    pub code: String,
    /// What happened, with the values that matter.
    pub detail: String,
    /// Where, when the request itself is at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
}

impl Refusal {
    /// A refusal without pointers.
    pub fn new(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

/// Why a call did not answer with a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "class", rename_all = "kebab-case")]
pub enum Fault {
    /// Nothing happened there; try again, not before `after`.
    Retry {
        /// What the other side asked for.
        after: Option<Duration>,
        /// The failure in words, for logs and the exception desk.
        why: String,
    },
    /// It may or may not have happened: only the system tier can find out, on a repeated delivery.
    Unknown {
        /// The failure in words, for logs and the exception desk.
        why: String,
    },
    /// The business refused: final, and repeating cannot help.
    Refused(Refusal),
    /// A probe proved that nothing happened; `new_intent` asks for a fresh key.
    NothingHappened {
        /// Whether the old key would only replay the old answer.
        new_intent: bool,
    },
    /// Our set-up is wrong (401, 403, no such route); waiting helps only once it is mended.
    Misconfigured {
        /// The failure in words, for logs and the exception desk.
        why: String,
    },
    /// The answer or the payload cannot be understood; repeating it cannot help.
    Poison {
        /// The failure in words, for logs and the exception desk.
        why: String,
    },
}

impl Fault {
    /// The fault of a refusal without pointers into the request.
    pub fn refused(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Refused(Refusal::new(code, detail))
    }

    /// Something that cannot be understood.
    pub fn poison(why: impl Into<String>) -> Self {
        Self::Poison { why: why.into() }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry { why, .. } => write!(f, "not now: {why}"),
            Self::Unknown { why } => write!(f, "outcome unknown: {why}"),
            Self::Refused(refusal) => write!(f, "refused: {refusal}"),
            Self::NothingHappened { .. } => f.write_str("a probe found that nothing happened"),
            Self::Misconfigured { why } => write!(f, "misconfigured: {why}"),
            Self::Poison { why } => write!(f, "cannot be understood: {why}"),
        }
    }
}

impl std::error::Error for Fault {}
