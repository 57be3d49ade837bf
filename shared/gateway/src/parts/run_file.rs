//! The file by which commands find the running process: addresses and the operations token.

use crate::error::BuildError;
use crate::parts::{Addresses, keys};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What `{data}/run.json` says, for its owner only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RunFile {
    /// The process's id, for whoever wants to signal it.
    pub(crate) pid: u32,
    /// Where it listens, with the real ports.
    pub(crate) addresses: Addresses,
    /// The bearer token of its operations API.
    pub(crate) token: String,
}

impl RunFile {
    fn path(folder: &Path) -> PathBuf {
        folder.join("run.json")
    }

    /// The running process of that data folder, where there is one.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let text = std::fs::read(Self::path(folder)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Replaces what a process left behind that did not stop by itself.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), BuildError> {
        let path = Self::path(folder);
        let fresh = path.with_extension("json.new");
        let write = || {
            let text = serde_json::to_vec_pretty(self)?;
            keys::private_file(&fresh, false)?.write_all(&text)?;
            // Renamed, so that nobody reads half of it.
            std::fs::rename(&fresh, &path)
        };
        write().map_err(|error: std::io::Error| {
            BuildError::at(format!("{} cannot be written", path.display()), error)
        })
    }

    /// Removes it; that it is gone already is no failure.
    pub(crate) fn remove(folder: &Path) {
        if let Err(error) = std::fs::remove_file(Self::path(folder))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the run file could not be removed");
        }
    }
}
