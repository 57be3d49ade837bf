//! The stores of record: one file per tier, opened only where its tier is served.

use crate::error::BuildError;
use crate::options::{Data, Options};
use crossdock_model::Tier;
use crossdock_store::{SqliteOptions, SqliteStore, Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The stores of one process, each there where its tier is served.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stores {
    pub(crate) process: Option<SqliteStore>,
    pub(crate) system: Option<SqliteStore>,
    /// The data folder that their files are in.
    folder: PathBuf,
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

fn file_of(folder: &Path, tier: Tier) -> PathBuf {
    folder.join(format!("{}.db", tier.as_str()))
}

impl Stores {
    /// Opens what the selected tiers need: files of the data folder, or memory. Each is looked at meanwhile, so both at once.
    pub(crate) fn open(options: &Options, folder: &Path, shards: u16) -> Result<Self, BuildError> {
        let open = |tier: Tier| {
            if !options.serve.has_tier(tier) {
                return Ok(None);
            }
            let file = file_of(folder, tier);
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
        let (process, system) = std::thread::scope(|scope| {
            let system = scope.spawn(|| open(Tier::System));
            let process = open(Tier::Process);
            (process, system.join())
        });
        let panicked = |_payload| Err(BuildError("opening system.db panicked".into()));
        Ok(Self {
            process: process?,
            system: system.unwrap_or_else(panicked)?,
            folder: folder.to_owned(),
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

    /// The store of that tier, where it is served; the experience tier has none.
    pub(crate) fn port(&self, tier: Tier) -> Option<Arc<dyn Store>> {
        match tier {
            Tier::System => self.system_port(),
            Tier::Process => self.process_port(),
            Tier::Experience => None,
        }
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

    /// What was found damaged in one of them since the start, with what to do: the words that the next start may refuse with.
    pub(crate) fn damaged(&self) -> Option<String> {
        let stores = [(Tier::Process, &self.process), (Tier::System, &self.system)];
        let mut found = stores.into_iter().filter_map(|(tier, store)| {
            let what = store.as_ref()?.damaged()?;
            let error = StoreError::Corrupt(what.to_string());
            let file = file_of(&self.folder, tier);
            let said = with_way_on(tier, &file, &error);
            Some(format!("{}: {said}", file.display()))
        });
        found.next()
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
