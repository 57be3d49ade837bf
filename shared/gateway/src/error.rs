//! Why no gateway could be built.

use std::fmt::Display;

/// What is wrong, and where to mend it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BuildError(pub String);

impl BuildError {
    /// An error with the place at which it arose: a key, a file, an API.
    pub(crate) fn at(place: impl Display, error: impl Display) -> Self {
        Self(format!("{place}: {error}"))
    }
}
