//! The payment system API: card money that is safe to move twice.

mod adapters;
mod handlers;
mod hooks;
mod port;
mod routes;

pub use adapters::Connector;

use crossdock_events::{Inbox, feed_routes};
use crossdock_model::{Clock, ConnectorName, Ids, Tenant};
use crossdock_outbound::{Backends, Connectors, Routing, RoutingKey};
use crossdock_problem::Problem;
use crossdock_runtime::Api;
use crossdock_store::Store;
use port::PaymentBackend;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use sys_payment_contract::API;

/// `[payment]` of the configuration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The payment providers, by name.
    pub connectors: BTreeMap<ConnectorName, Connector>,
    /// Which of them serves whom.
    #[serde(default)]
    pub routing: Routing,
}

/// What the API is built from.
#[derive(Debug)]
pub struct Deps {
    /// Its part of the configuration.
    pub settings: Settings,
    /// How providers are reached.
    pub backends: Backends,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ids of records and events.
    pub ids: Arc<Ids>,
    /// `system.db`: the webhook inbox and the feed.
    pub store: Arc<dyn Store>,
}

/// Why the API cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Neither an address nor an embedded backend of that name.
    #[error(
        "[payment.connectors.{0}] has no base-url and no embedded backend runs in this process: add one"
    )]
    Unreachable(ConnectorName),
    /// The webhook secret cannot be read.
    #[error("[payment.connectors.{0}] webhook-secret is {1}")]
    Secret(ConnectorName, crossdock_events::webhook::SecretError),
}

/// What handlers share.
#[derive(Debug)]
pub(crate) struct App {
    connectors: Connectors<dyn PaymentBackend>,
    clock: Arc<dyn Clock>,
    inbox: Inbox,
}

impl App {
    /// The connector that the order pins, or the one that is routed.
    fn backend(
        &self,
        pinned: Option<&ConnectorName>,
        tenant: &Tenant,
    ) -> Result<&dyn PaymentBackend, Problem> {
        let routed = self.connectors.pick(pinned, tenant, &RoutingKey::default());
        routed.map(|(_name, backend)| &**backend)
    }
}

/// The API with its webhooks.
pub fn api(deps: Deps) -> Result<Api, SetupError> {
    let mut connected = BTreeMap::new();
    for (name, connector) in deps.settings.connectors {
        let backend = connector.connect(&name, &deps.backends)?;
        connected.insert(name, backend);
    }
    let app = Arc::new(App {
        connectors: Connectors::new(connected, deps.settings.routing),
        clock: Arc::clone(&deps.clock),
        inbox: Inbox::new(Arc::clone(&deps.store), Arc::clone(&deps.clock), deps.ids),
    });
    let hooks = hooks::routes(Arc::clone(&app));
    let routes = routes::routes(app).merge(feed_routes(deps.store, API, deps.clock));
    let description = "Authorise, capture, void and refund card money; repeat any call safely.";
    Ok(Api::new(API, description, routes).with_hooks(hooks))
}
