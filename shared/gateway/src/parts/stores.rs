//! The stores of record: one file per tier, opened only where its tier is served.

use crate::error::BuildError;
use crate::options::{Data, Options};
use crossdock_model::Tier;
use crossdock_store::{SqliteOptions, SqliteStore, Store, StoreError};
use std::path::Path;
use std::sync::Arc;

/// The stores of one process, each there where its tier is served.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stores {
    pub(crate) process: Option<SqliteStore>,
    pub(crate) system: Option<SqliteStore>,
}

/// What is wrong with a file, and for the system tier's that it may begin anew: what it holds, backends can tell again.
fn with_way_on(tier: Tier, file: &Path, error: &StoreError) -> String {
    match (tier, error) {
        (Tier::System, StoreError::Corrupt(_)) => format!(
            "{error}; or go on from what the backends know: remove {} (and where the file is damaged, the file itself with its -wal and -shm), and at the start they are asked for everything they told",
            file.with_extension("head").display()
        ),
        _others => error.to_string(),
    }
}

impl Stores {
    /// Opens what the selected tiers need: files of the data folder, or memory.
    pub(crate) fn open(options: &Options, folder: &Path, shards: u16) -> Result<Self, BuildError> {
        let open = |tier: Tier, name: &str| {
            if !options.serve.has_tier(tier) {
                return Ok(None);
            }
            let file = folder.join(name);
            let opened = match options.data {
                Data::Folder(_) => {
                    let sqlite = SqliteOptions {
                        shards,
                        ..SqliteOptions::default()
                    };
                    SqliteStore::open(&file, sqlite)
                }
                Data::Memory => SqliteStore::memory(),
            };
            opened
                .map(Some)
                .map_err(|error| BuildError::at(file.display(), with_way_on(tier, &file, &error)))
        };
        Ok(Self {
            process: open(Tier::Process, "process.db")?,
            system: open(Tier::System, "system.db")?,
        })
    }

    pub(crate) fn process_port(&self) -> Option<Arc<dyn Store>> {
        self.process
            .clone()
            .map(|store| Arc::new(store) as Arc<dyn Store>)
    }

    pub(crate) fn system_port(&self) -> Option<Arc<dyn Store>> {
        self.system
            .clone()
            .map(|store| Arc::new(store) as Arc<dyn Store>)
    }

    /// Each store with its name.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &SqliteStore)> {
        let process = self.process.iter().map(|store| ("process", store));
        process.chain(self.system.iter().map(|store| ("system", store)))
    }

    /// Whether each of them still takes and writes batches.
    pub(crate) fn are_alive(&self) -> bool {
        self.all().all(|(_, store)| store.is_alive())
    }

    /// How durable an acknowledged order is, as SQLite itself reports it.
    pub(crate) fn durability(&self) -> Vec<String> {
        let line = |(name, store): (&str, &SqliteStore)| match store.durability() {
            Ok(read) => format!(
                "{name}.db journal_mode={} synchronous={}",
                read.journal_mode, read.synchronous
            ),
            Err(error) => format!("{name}.db: {error}"),
        };
        self.all().map(line).collect()
    }

    /// Writes what is queued and lets the files go.
    pub(crate) fn close(&self) {
        for (name, store) in self.all() {
            if let Err(error) = store.close() {
                tracing::error!(store = name, %error, "the store did not close cleanly");
            }
        }
    }
}
