//! From settings to a gateway: backends, system APIs, engine, process APIs, channels, policies, listeners.

mod backends;
#[cfg(feature = "crash-points")]
mod crash;
mod doors;
mod keys;
mod late;
mod policies;
mod run_file;
mod running;
mod site;
mod stores;
#[cfg(test)]
mod tests;
mod tiers;
mod transports;

pub use backends::Backend;
pub(crate) use backends::{BackendParts, Webhooks, build_backend, moor_all};
#[cfg(feature = "crash-points")]
pub use crash::Watcher;
pub use doors::{Addresses, Door};
pub(crate) use run_file::RunFile;
pub(crate) use running::Health;
pub(crate) use site::Site;
pub(crate) use stores::Stores;

use crate::options::{Data, Options};
use crate::settings::Settings;
use axum::Router;
use crossdock_model::{ApiId, Clock, ConnectorName};
use crossdock_outbound::Backends;
use crossdock_policy::{Denied, Issuer, SubjectKind, Token};
use crossdock_runtime::{Background, Tasks};
use crossdock_settings::Listeners;
use crossdock_store::SqliteStore;
use crossdock_workflow::Engine;
use doors::Doors;
use policies::policies;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tiers::Tiers;
use utoipa::openapi::OpenApi;

/// Why no gateway could be built: what is wrong, and where to mend it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BuildError(pub String);

impl BuildError {
    pub(crate) fn at(what: &str) -> impl Fn(&dyn fmt::Display) -> Self + '_ {
        move |error| Self(format!("{what}: {error}"))
    }
}

/// Everything that one process is.
pub struct Gateway {
    pub(crate) listeners: Listeners,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) folder: PathBuf,
    pub(crate) stores: Stores,
    pub(crate) engine: Option<Engine>,
    pub(crate) backends: Vec<Backend>,
    pub(crate) contracts: Arc<Vec<(ApiId, OpenApi)>>,
    pub(crate) tasks: Tasks,
    pub(crate) health: Arc<Health>,
    pub(crate) token: Arc<str>,
    issuer: Option<Arc<Issuer>>,
    doors: Doors,
    background: Mutex<Vec<(&'static str, Background)>>,
    // The folder of a gateway in memory goes with it.
    _scratch: Option<tempfile::TempDir>,
}

impl Gateway {
    /// Wires everything that is selected; the engine takes up what was under way.
    ///
    /// Nothing else runs before [`Gateway::work`], nothing listens before [`Gateway::start`].
    pub async fn build(settings: Settings, options: Options) -> Result<Self, BuildError> {
        crossdock_policy::install_crypto();
        let (folder, scratch) = folder_of(&options.data)?;
        let stores = Stores::open(&options, &folder, settings.store.shards)?;
        let client = crossdock_outbound::client()
            .map_err(|error| BuildError::at("the HTTP client cannot be made")(&error))?;
        let webhooks = Webhooks::in_process();
        let (backends_here, mut background) =
            moor_all(&settings, &options, &folder, &webhooks).await?;
        let backends = Backends::new(client.clone());
        backends.serve_locally(backends_here.iter().map(Backend::local).collect());
        let (issuer, shared) = policies(&settings, &options, &stores, &folder)?;
        let mut site = Site::new(settings, &options, &stores, backends, &folder)?;
        let tiers = Tiers::build(&mut site, &options, &shared, &client)?;
        webhooks.arrive_at(tiers.hooks.clone());
        background.extend(tiers.background);
        let refusals = shared.refusals();
        let count: Background = Box::new(move |stopping| Box::pin(refusals.write_behind(stopping)));
        background.push(("refusals", count));

        let mut gateway = Self {
            listeners: site.settings.listeners,
            clock: options.clock,
            folder,
            stores,
            engine: tiers.engine,
            backends: backends_here,
            contracts: Arc::new(tiers.contracts),
            tasks: Tasks::new(),
            health: Arc::new(Health::default()),
            token: keys::word()?.into(),
            issuer,
            doors: Doors::default(),
            background: Mutex::new(background),
            _scratch: scratch,
        };
        gateway.doors = Doors::hang(&gateway, tiers.routers, tiers.hooks, &shared);
        Ok(gateway)
    }

    /// What a listener serves, for tests that need no socket.
    pub fn router(&self, door: Door) -> Router {
        self.doors.router(door)
    }

    /// The contracts of the APIs that are served here.
    pub fn contracts(&self) -> &[(ApiId, OpenApi)] {
        &self.contracts
    }

    /// The embedded backends that live in this process.
    pub fn backends(&self) -> &[Backend] {
        &self.backends
    }

    /// One of them.
    pub fn backend(&self, domain: &str, connector: &str) -> Option<&Backend> {
        let name = ConnectorName::from(connector);
        self.backends
            .iter()
            .find(|one| one.domain == domain && one.connector == name)
    }

    /// The engine, where process APIs are served.
    pub fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    /// The process tier's store, where it is served.
    pub fn process_store(&self) -> Option<&SqliteStore> {
        self.stores.process.as_ref()
    }

    /// The system tier's store, where it is served.
    pub fn system_store(&self) -> Option<&SqliteStore> {
        self.stores.system.as_ref()
    }

    /// The data folder.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// What guards the operations API; also in the run file.
    pub fn operations_token(&self) -> &str {
        &self.token
    }

    /// An access token for a registered application, itself or on somebody's behalf.
    pub fn token(
        &self,
        consumer: &str,
        on_behalf: Option<(SubjectKind, &str)>,
    ) -> Result<Token, Denied> {
        match &self.issuer {
            Some(issuer) => issuer.token(consumer, on_behalf, None),
            None => Err(Denied {
                code: "invalid_request",
                why: "issuer.embedded is false: ask your own issuer".into(),
            }),
        }
    }

    pub(crate) fn issuer(&self) -> Option<Arc<Issuer>> {
        self.issuer.clone()
    }

    fn take_background(&self) -> Vec<(&'static str, Background)> {
        let mut held = self
            .background
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::take(&mut *held)
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

fn folder_of(data: &Data) -> Result<(PathBuf, Option<tempfile::TempDir>), BuildError> {
    match data {
        Data::Folder(folder) => {
            keys::make_folder(folder)?;
            Ok((folder.clone(), None))
        }
        Data::Memory => {
            let scratch = tempfile::TempDir::with_prefix("crossdock-")
                .map_err(|error| BuildError::at("no folder for keys")(&error))?;
            Ok((scratch.path().to_owned(), Some(scratch)))
        }
    }
}
