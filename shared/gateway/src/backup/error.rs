//! Why a backup was not taken or not restored.

use std::fmt::Display;
use std::path::Path;

/// What happened, why, and what to do next.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackupError {
    /// It must not be done as things stand; nothing was touched.
    #[error("{0}")]
    Refused(String),
    /// It could not be done.
    #[error("{0}")]
    Failed(String),
}

impl BackupError {
    /// A failure at a file or folder.
    pub(crate) fn at(path: &Path, error: impl Display) -> Self {
        Self::Failed(format!("{}: {error}", path.display()))
    }
}
