//! The files by which commands find the running processes of a folder: addresses and operations token, one file a tier.

use crate::error::BuildError;
use crate::parts::{Addresses, keys};
use crossdock_model::Tier;
use crossdock_store::PathLock;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What `{data}/run-{tier}.json` says, for its owner only.
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
    /// The process that serves that tier over the folder, where there is one.
    pub(crate) fn read(folder: &Path, tier: Tier) -> Option<Self> {
        let text = std::fs::read(path(folder, tier)).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

/// The tiers that this process serves over a folder. While it lives no other process serves one of them there, so their run
/// files are its own to write and to remove.
#[derive(Debug)]
pub(crate) struct ServedTiers {
    folder: PathBuf,
    held: Vec<(Tier, PathLock)>,
}

impl ServedTiers {
    /// Takes the tiers; one that another process serves over the same folder is refused.
    pub(crate) fn take(folder: &Path, tiers: &[Tier]) -> Result<Self, BuildError> {
        let mut held = Vec::new();
        for tier in tiers {
            let lock = PathLock::take(&folder.join(format!("run-{}", tier.as_str())));
            let refused = |error| BuildError::at(format!("the {} APIs", tier.as_str()), error);
            held.push((*tier, lock.map_err(refused)?));
        }
        Ok(Self {
            folder: folder.to_owned(),
            held,
        })
    }

    /// Writes the run file of each tier, over what a process left behind that did not stop by itself.
    pub(crate) fn publish(&self, file: &RunFile) -> std::io::Result<()> {
        let text = serde_json::to_vec_pretty(file)?;
        for (tier, _held) in &self.held {
            let path = path(&self.folder, *tier);
            let fresh = path.with_extension("json.new");
            keys::private_file(&fresh, false)?.write_all(&text)?;
            // Renamed, so that nobody reads half of it.
            std::fs::rename(&fresh, &path)?;
        }
        Ok(())
    }

    /// Removes them; that one is gone already is no failure.
    pub(crate) fn withdraw(&self) {
        for (tier, _held) in &self.held {
            if let Err(error) = std::fs::remove_file(path(&self.folder, *tier))
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(tier = tier.as_str(), %error, "the run file could not be removed");
            }
        }
    }
}

fn path(folder: &Path, tier: Tier) -> PathBuf {
    folder.join(format!("run-{}.json", tier.as_str()))
}
