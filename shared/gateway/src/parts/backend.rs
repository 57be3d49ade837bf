//! An embedded backend of this process: its own book behind its own vendor's API.

use crate::error::BuildError;
use crate::options::{Data, Options};
use crate::parts::DeferredRouter;
use crate::seed_data::SeedData;
use crate::settings::{EmbeddedConnector, Settings};
use axum::Router;
use crossdock_books::{Book, Embedded, Retention, Secret};
use crossdock_model::{Clock, ConnectorName};
use crossdock_outbound::Endpoint;
use http::header;
use secrecy::{ExposeSecret as _, SecretString};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// An embedded backend that lives in this process.
#[derive(Debug)]
pub struct Backend {
    /// The domain it serves, `erp`.
    pub domain: &'static str,
    /// The connector that it stands behind.
    pub connector: ConnectorName,
    /// What it wrote down itself: its tables, and the faults that a test sets.
    pub book: Book,
    pub(crate) router: Router,
    pub(crate) api_key: SecretString,
}

impl Backend {
    /// Its vendor's API, with its key: for auditors, demos and tests.
    pub fn endpoint(&self) -> Endpoint {
        let bearer = format!("Bearer {}", self.api_key.expose_secret());
        Endpoint::local(self.router.clone()).with_header(header::AUTHORIZATION, &bearer)
    }

    /// The same API without a key, to be served over HTTP.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Where connectors of this process find it without a socket.
    pub(crate) fn local(&self) -> ((String, ConnectorName), Router) {
        (
            (self.domain.to_owned(), self.connector.clone()),
            self.router.clone(),
        )
    }
}

/// Where embedded backends post their webhooks: the hooks of this process, or an address.
#[derive(Debug, Clone)]
pub(crate) enum Webhooks {
    InProcess(DeferredRouter),
    Over(Endpoint),
}

impl Webhooks {
    /// Into a router that is built later, since system APIs are built after their backends.
    pub(crate) fn in_process() -> Self {
        Self::InProcess(DeferredRouter::default())
    }

    /// Sets the router that they are posted to.
    pub(crate) fn deliver_to(&self, hooks: Router) {
        if let Self::InProcess(deferred) = self {
            deferred.set(hooks);
        }
    }

    fn endpoint(&self) -> Endpoint {
        match self {
            Self::Over(endpoint) => endpoint.clone(),
            Self::InProcess(deferred) => Endpoint::local(deferred.router()),
        }
    }
}

/// A backend that is being built, or why it cannot be.
pub(crate) type BackendFuture = Pin<Box<dyn Future<Output = Result<Embedded, String>> + Send>>;

/// What an embedded backend is built from.
#[derive(Debug)]
pub(crate) struct BackendParts {
    pub(crate) domain: &'static str,
    pub(crate) connector: ConnectorName,
    /// Its book's file; none for a book in memory.
    pub(crate) file: Option<PathBuf>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) api_key: SecretString,
    /// What a new book begins with.
    pub(crate) seed_data: Arc<SeedData>,
    /// After which time the OMS moves a fulfilment order one step by itself.
    pub(crate) auto_pilot: Option<Duration>,
    /// After which time the payment provider settles by itself.
    pub(crate) auto_settle: Option<Duration>,
    /// Whether the ERP refuses a second document under one reference.
    pub(crate) erp_refuses_duplicates: bool,
    /// How long it keeps what is over.
    pub(crate) retention: Retention,
    /// What its webhooks are signed with.
    pub(crate) webhook_secret: Option<Secret>,
    /// Where it posts its webhooks.
    pub(crate) hooks: Endpoint,
}

impl BackendParts {
    pub(crate) fn new(
        connector: &EmbeddedConnector,
        settings: &Settings,
        options: &Options,
        folder: &Path,
        webhooks: &Webhooks,
    ) -> Result<Self, BuildError> {
        let (domain, name) = (connector.domain, &connector.connector);
        let file = match options.data {
            Data::Folder(_) => Some(folder.join("books").join(format!("{domain}-{name}.db"))),
            Data::Memory => None,
        };
        let key = format!("{domain}.connectors.{name}.webhook-secret");
        let secret = connector.webhook_secret.as_ref().map(|text| {
            Secret::parse(text.expose_secret()).map_err(|error| BuildError::at(&key, error))
        });
        let by_itself = |after: Option<crossdock_settings::HumanDuration>| {
            after
                .map(crossdock_settings::HumanDuration::get)
                .filter(|after| !after.is_zero())
        };
        Ok(Self {
            domain,
            connector: name.clone(),
            file,
            clock: Arc::clone(&options.clock),
            api_key: connector.api_key.clone(),
            seed_data: Arc::clone(&options.seed_data),
            auto_pilot: by_itself(settings.backends.auto_pilot),
            auto_settle: by_itself(settings.backends.auto_settle),
            erp_refuses_duplicates: settings.backends.erp_refuses_duplicates,
            retention: Retention {
                requests: settings.backends.keep_requests.get(),
                webhooks: settings.backends.keep_webhooks.get(),
            },
            webhook_secret: secret.transpose()?,
            hooks: webhooks.endpoint(),
        })
    }
}
