//! Everything that one process is, as one value.

use crate::parts::{Backend, Health, ListenerName, ServedTiers, Stores};
use crate::portal::Contracts;
use crate::wire::routers::ListenerRouters;
use axum::Router;
use crossdock_model::{ApiId, Clock, ConnectorName, Tier};
use crossdock_policy::{Denied, Issuer, SubjectKind, Token};
use crossdock_runtime::{Background, Tasks};
use crossdock_settings::Listeners;
use crossdock_store::SqliteStore;
use crossdock_workflow::Engine;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use utoipa::openapi::OpenApi;

/// The APIs that are selected, behind their policies, with what they run on.
///
/// Built by [`Gateway::build`], it answers on its routers; [`Gateway::work`] starts the background
/// work, [`Gateway::start`] the listeners, and [`Gateway::stop`] ends all of it in order.
pub struct Gateway {
    pub(crate) listeners: Listeners,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) folder: PathBuf,
    pub(crate) stores: Stores,
    /// The tiers that are served here, and once it has started what keeps others from serving them too.
    pub(crate) tiers: Vec<Tier>,
    pub(crate) served: OnceLock<Arc<ServedTiers>>,
    pub(crate) engine: Option<Engine>,
    pub(crate) backends: Vec<Backend>,
    pub(crate) contracts: Contracts,
    pub(crate) tasks: Tasks,
    pub(crate) health: Arc<Health>,
    pub(crate) operations_token: Arc<str>,
    pub(crate) issuer: Option<Arc<Issuer>>,
    pub(crate) routers: ListenerRouters,
    /// What runs beside the APIs, until it is started.
    pub(crate) background: Mutex<Vec<(&'static str, Background)>>,
    // The folder of a gateway in memory goes with it.
    pub(crate) _scratch: Option<tempfile::TempDir>,
}

impl Gateway {
    /// What a listener serves, for tests that need no socket.
    pub fn router(&self, listener: ListenerName) -> Router {
        self.routers.of(listener)
    }

    /// The contracts of the APIs that are served here.
    pub fn contracts(&self) -> &[(ApiId, OpenApi)] {
        &self.contracts
    }

    /// The embedded backends that live in this process.
    pub fn backends(&self) -> &[Backend] {
        &self.backends
    }

    /// The embedded backend behind one connector.
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

    /// The data folder: stores, books, keys, run files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The bearer token of the operations API; also in the run files.
    pub fn operations_token(&self) -> &str {
        &self.operations_token
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

    /// The background work, once: nothing is left for a second call.
    pub(crate) fn take_background(&self) -> Vec<(&'static str, Background)> {
        let held = self.background.lock();
        std::mem::take(&mut *held.unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}
