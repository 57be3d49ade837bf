//! Why a call brought no answer, by what may have happened at the other end.

use crossdock_model::Fault;

/// Why a call brought no answer; what may have happened at the other end decides what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not a byte was sent: nothing happened there, so the engine may send it again as if anew.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It was sent, and there is no whole answer: anything may have happened.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The request could not be built; sending it again would not help.
    #[error("cannot be asked: {0}")]
    Malformed(String),
}

impl From<EndpointError> for Fault {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::NotSent(why) => Self::Retry { after: None, why },
            EndpointError::NoAnswer(why) => Self::Unknown { why },
            EndpointError::Malformed(why) => Self::Misconfigured { why },
        }
    }
}
