//! `crossdock backup`: a verified copy of a running process, of one moment.

use crate::cli::client::LONG_TIMEOUT;
use crate::cli::{Client, Common, Failure, items, print, text};
use crate::parts::RunFile;
use clap::{Args, ValueEnum};
use crossdock_model::Tier;
use serde_json::json;
use std::path::PathBuf;

/// Where the backup goes, and of which process it is.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// A folder that is not there yet; it gets stores, books, keys and a manifest.
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
    /// Of two processes over one data folder, the one that serves this tier.
    #[arg(long, value_enum)]
    tier: Option<StoredTier>,
}

/// A tier that has a store.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum StoredTier {
    Process,
    System,
}

pub(crate) async fn run(common: &Common, backup: &Backup) -> Result<(), Failure> {
    let client = Client::find(common, backup.tier(common)?)?;
    let to = std::path::absolute(&backup.to)
        .map_err(|error| Failure::usage(format!("{}: {error}", backup.to.display())))?;
    let body = json!({ "folder": to });
    let manifest = client
        .operate_within("/backups", &body, LONG_TIMEOUT)
        .await?;
    if common.is_json() {
        print::json(&manifest);
        return Ok(());
    }
    let columns = ["/path", "/kind", "/bytes", "/sha256"];
    let rows: Vec<Vec<String>> = items(&manifest, "files")
        .iter()
        .map(|file| columns.iter().map(|at| text(file, at)).collect())
        .collect();
    print::table(&["FILE", "KIND", "BYTES", "SHA-256"], &rows);
    print::message(&format!(
        "backed up to {} as of {}, and verified: structure, layout, rows, audit chains\n\
         it holds keys and secrets, so keep it where only operators read\n\
         bring it back with: crossdock restore {} --data FOLDER",
        to.display(),
        text(&manifest, "/taken"),
        to.display(),
    ));
    Ok(())
}

impl Backup {
    /// Whose stores are meant; that must be asked where two processes share a folder, since each backs up its own.
    fn tier(&self, common: &Common) -> Result<Tier, Failure> {
        match self.tier {
            Some(StoredTier::Process) => return Ok(Tier::Process),
            Some(StoredTier::System) => return Ok(Tier::System),
            None => {}
        }
        let (settings, _) = common.settings()?;
        let serves = |tier| RunFile::read(&settings.store.folder, tier).map(|run| run.pid);
        match (serves(Tier::Process), serves(Tier::System)) {
            (Some(process), Some(system)) if process != system => Err(Failure::usage(format!(
                "two processes run over {}, and each backs up its own stores: {process} serves process APIs, {system} system APIs; \
                 back up with --tier process first, then with --tier system into another folder",
                settings.store.folder.display()
            ))),
            (None, Some(_)) => Ok(Tier::System),
            (_, _) => Ok(Tier::Process),
        }
    }
}
