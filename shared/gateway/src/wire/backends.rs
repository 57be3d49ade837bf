//! The embedded backends of this process, each with its own book, behind its own vendor's API.

use crate::apis::{self, Build};
use crate::options::{Data, Options};
use crate::seeds::Seeds;
use crate::settings::{EmbeddedConnector, Settings};
use crate::wire::BuildError;
use crate::wire::late::Late;
use axum::Router;
use crossdock_books::{Book, Deliverer, Secret};
use crossdock_model::{Clock, ConnectorName};
use crossdock_outbound::Endpoint;
use crossdock_runtime::Background;
use http::header;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// An embedded backend that lives in this process.
#[derive(Debug)]
pub struct Backend {
    /// The domain it serves, `erp`.
    pub domain: &'static str,
    /// The connector that it stands behind.
    pub connector: ConnectorName,
    /// Its book.
    pub book: Book,
    router: Router,
    api_key: SecretString,
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
    InProcess(Late),
    Over(Endpoint),
}

impl Webhooks {
    /// Into a router that is built later, since system APIs are built after their backends.
    pub(crate) fn in_process() -> Self {
        Self::InProcess(Late::default())
    }

    /// The router that they arrive at.
    pub(crate) fn arrive_at(&self, hooks: Router) {
        if let Self::InProcess(late) = self {
            late.arrive(hooks);
        }
    }

    fn endpoint(&self) -> Endpoint {
        match self {
            Self::Over(endpoint) => endpoint.clone(),
            Self::InProcess(late) => Endpoint::local(late.router()),
        }
    }
}

/// What an embedded backend is made with.
#[derive(Debug)]
pub(crate) struct BackendParts {
    pub(crate) domain: &'static str,
    pub(crate) connector: ConnectorName,
    /// Its book's file; none in memory.
    pub(crate) file: Option<PathBuf>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) api_key: SecretString,
    /// What a new book begins with.
    pub(crate) seeds: Arc<Seeds>,
    pub(crate) auto_pilot: Option<Duration>,
    pub(crate) auto_settle: Option<Duration>,
    secret: Option<Secret>,
    hooks: Endpoint,
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
            Secret::parse(text.expose_secret()).map_err(|error| BuildError::at(&key)(&error))
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
            seeds: Arc::clone(&options.seeds),
            auto_pilot: by_itself(settings.backends.auto_pilot),
            auto_settle: by_itself(settings.backends.auto_settle),
            secret: secret.transpose()?,
            hooks: webhooks.endpoint(),
        })
    }
}

/// Builds a backend; what it does by itself comes beside it.
pub(crate) async fn build_backend(
    parts: BackendParts,
) -> Result<(Backend, Vec<(&'static str, Background)>), BuildError> {
    let (domain, connector) = (parts.domain, parts.connector.clone());
    let at = format!("the embedded backend {domain}/{connector}");
    let entry = apis::ALL.iter().find(|entry| entry.id.name == domain);
    let Some(Build::System { embedded, .. }) = entry.map(|entry| &entry.build) else {
        return Err(BuildError(format!("{at}: there is no system API {domain}")));
    };
    let (secret, hooks, api_key) = (
        parts.secret.clone(),
        parts.hooks.clone(),
        parts.api_key.clone(),
    );
    let mut built = embedded(parts)
        .await
        .map_err(|error| BuildError::at(&at)(&error))?;
    if let Some(secret) = secret {
        let path = format!("/hooks/{domain}/{connector}");
        let deliverer = Deliverer::new(&built.book, secret, hooks, path);
        built = built.with_webhooks(deliverer);
    }
    let backend = Backend {
        domain,
        connector,
        book: built.book,
        router: built.router,
        api_key,
    };
    Ok((backend, built.background))
}

/// Every embedded backend that is to live in this process.
pub(crate) async fn moor_all(
    settings: &Settings,
    options: &Options,
    folder: &Path,
    webhooks: &Webhooks,
) -> Result<(Vec<Backend>, Vec<(&'static str, Background)>), BuildError> {
    let (mut backends_here, mut background) = (Vec::new(), Vec::new());
    let here = settings
        .embedded
        .iter()
        .filter(|one| options.backends && one.base_url.is_none());
    for connector in here {
        let (backend, work) = build_backend(BackendParts::new(
            connector, settings, options, folder, webhooks,
        )?)
        .await?;
        background.extend(work);
        backends_here.push(backend);
    }
    Ok((backends_here, background))
}
