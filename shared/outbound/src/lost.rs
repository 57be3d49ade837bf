//! How a router in the same process can fail like a wire: marks on a response that are no answer.

/// Put into a response's extensions by an embedded backend whose fault is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The connection was refused: nothing was sent.
    BeforeSending,
    /// The request arrived, the answer did not.
    Answer,
}
