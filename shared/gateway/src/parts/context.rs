//! What every API of the process is built from.

use crate::error::BuildError;
use crate::options::{Options, Selection};
use crate::parts::{Stores, keys};
use crate::settings::Settings;
use crossdock_events::Source;
use crossdock_model::{ApiId, Clock, Ids, Tier};
use crossdock_outbound::{Backends, Directory};
use crossdock_store::Store;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Settings, stores, clock and routes: what the builders of APIs take theirs from.
#[derive(Debug)]
pub(crate) struct BuildContext {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) directory: Directory,
    pub(crate) backends: Backends,
    /// There where the process tier is served.
    pub(crate) process_store: Option<Arc<dyn Store>>,
    /// There where the system tier is served.
    pub(crate) system_store: Option<Arc<dyn Store>>,
    /// What quotes are sealed with.
    pub(crate) quote_secret: String,
    /// What personal search keys are hashed with; with another one nobody finds what was hashed before.
    pub(crate) lookup_secret: String,
    /// The data folder, where keys are kept.
    pub(crate) folder: PathBuf,
    serve: Selection,
}

impl BuildContext {
    pub(crate) fn new(
        settings: Settings,
        options: &Options,
        stores: &Stores,
        backends: Backends,
        folder: &Path,
    ) -> Result<Self, BuildError> {
        Ok(Self {
            settings,
            clock: Arc::clone(&options.clock),
            ids: Arc::clone(&options.ids),
            directory: Directory::default(),
            backends,
            process_store: stores.process_port(),
            system_store: stores.system_port(),
            quote_secret: keys::load_or_create(&folder.join("quote.key"))?,
            lookup_secret: keys::load_or_create(&folder.join("lookup.key"))?,
            folder: folder.to_owned(),
            serve: options.serve.clone(),
        })
    }

    /// The process tier's store, for an API of that tier.
    pub(crate) fn process_store(&self) -> Result<Arc<dyn Store>, BuildError> {
        let store = self.process_store.clone();
        store.ok_or_else(|| BuildError("no process API is served here".into()))
    }

    /// The system tier's store, for an API of that tier.
    pub(crate) fn system_store(&self) -> Result<Arc<dyn Store>, BuildError> {
        let store = self.system_store.clone();
        store.ok_or_else(|| BuildError("no system API is served here".into()))
    }

    /// The feed of a system API: its table where it is served here, else its feed over HTTP.
    pub(crate) fn feed(&self, api: ApiId) -> Source {
        match &self.system_store {
            Some(store) if self.serve.has(api) => Source::Table(Arc::clone(store), api.name),
            _elsewhere => Source::Feed(self.directory.route(Tier::Process, api)),
        }
    }
}
