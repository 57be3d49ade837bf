//! Why an issuer, its consumers or its keys cannot be used.

use std::path::PathBuf;

/// Why tokens can be neither issued nor verified.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// A file cannot be read or written.
    #[error("{0} cannot be used: {1}; check the path and who may read it")]
    File(PathBuf, #[source] std::io::Error),
    /// A key cannot be used.
    #[error("the keys of {0} cannot be used: {1}")]
    Keys(String, String),
    /// The consumers do not fit the rest of the configuration.
    #[error("{}", .0.join("\n"))]
    Consumers(Vec<String>),
}
