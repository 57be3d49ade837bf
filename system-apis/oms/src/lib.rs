//! The OMS system API: stock, reservations, fulfilment and receipts, safe to call twice.

mod adapters;
mod handlers;
mod notices;
mod port;
mod routes;

pub use adapters::{Connector, EmbeddedSettings};

use crossdock_events::{Inbox, feed_routes};
use crossdock_model::{ApiId, Clock, ConnectorName, Ids};
use crossdock_outbound::{Backends, Connectors, Routing};
use crossdock_runtime::Api;
use crossdock_store::Store;
use port::OmsBackend;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const ID: ApiId = ApiId::system("oms");

/// Which OMS instances there are, and which serves whom.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The instances by name.
    pub connectors: BTreeMap<ConnectorName, Connector>,
    /// Who serves whom; with one instance it may stay empty.
    #[serde(default)]
    pub routing: Routing,
}

/// What the API is built from.
#[derive(Debug)]
pub struct Deps {
    /// Its part of the configuration.
    pub settings: Settings,
    /// How adapters reach backends.
    pub backends: Backends,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<Ids>,
    /// The system tier's store: webhook inbox, records and the feed.
    pub store: Arc<dyn Store>,
}

/// Why the API cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Nothing to connect to.
    #[error("[oms.connectors] is empty: name at least one OMS")]
    NoConnector,
    /// A routing rule names nobody.
    #[error("[[oms.routing]] names the connector '{0}', which is not in [oms.connectors]")]
    UnknownConnector(ConnectorName),
    /// A connector's settings cannot work.
    #[error("[oms.connectors.{name}] {why}")]
    Connector {
        /// Which one.
        name: ConnectorName,
        /// What is wrong, and what to write instead.
        why: String,
    },
}

/// What every handler works with.
#[derive(Debug)]
pub(crate) struct Oms {
    pub(crate) connectors: Connectors<dyn OmsBackend>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) inbox: Inbox,
}

/// The OMS system API over its connected backends.
pub fn api(deps: Deps) -> Result<Api, SetupError> {
    let Deps {
        settings,
        backends,
        clock,
        ids,
        store,
    } = deps;
    if settings.connectors.is_empty() {
        return Err(SetupError::NoConnector);
    }
    let mut connected: BTreeMap<ConnectorName, Arc<dyn OmsBackend>> = BTreeMap::new();
    for (name, connector) in &settings.connectors {
        connected.insert(name.clone(), connector.connect(name, &backends)?);
    }
    for rule in &settings.routing {
        if !connected.contains_key(&rule.connector) {
            return Err(SetupError::UnknownConnector(rule.connector.clone()));
        }
    }
    let oms = Arc::new(Oms {
        connectors: Connectors::new(connected, settings.routing),
        clock: Arc::clone(&clock),
        inbox: Inbox::new(Arc::clone(&store), Arc::clone(&clock), ids),
    });
    let feed = feed_routes(store, ID, clock);
    let routes = routes::routes(Arc::clone(&oms)).merge(feed);
    let description = "Stock to promise, reservations, orders, fulfilment and receipts of the \
                       connected order management systems. Every write may be sent twice.";
    Ok(Api::new(ID, description, routes).with_hooks(routes::hooks(oms)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::Timestamp;
    use crossdock_runtime::ManualClock;
    use crossdock_store::SqliteStore;

    fn read(connector: &str) -> Result<Settings, String> {
        let text = format!(r#"{{"connectors":{{"oms-main":{connector}}}}}"#);
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_stray_key_and_an_unknown_kind_are_refused_by_name() {
        let good = r#"{"kind":"embedded","api-key":"k","webhook-secret":"whsec_x"}"#;
        assert!(read(good).is_ok());
        let stray = r#"{"kind":"embedded","api-key":"k","webhook-secret":"whsec_x","gate":1}"#;
        assert!(read(stray).unwrap_err().contains("gate"));
        assert!(read(r#"{"kind":"sap"}"#).unwrap_err().contains("embedded"));
    }

    #[test]
    fn every_operation_declares_itself() {
        let connector = Connector::Embedded(EmbeddedSettings {
            base_url: None,
            api_key: "key".into(),
            webhook_secret: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".into(),
            ship_gate: sys_oms_contract::ShipGate::Native,
        });
        let deps = Deps {
            settings: Settings {
                connectors: [("oms-main".into(), connector)].into(),
                routing: Vec::new(),
            },
            backends: Backends::new(crossdock_outbound::client().unwrap()),
            clock: Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)),
            ids: Arc::new(Ids::seeded(1)),
            store: Arc::new(SqliteStore::memory().unwrap()),
        };
        let contract = serde_json::to_value(api(deps).unwrap().contract).unwrap();
        let paths = contract["paths"].as_object().unwrap();
        let operations: Vec<_> = paths
            .values()
            .flat_map(|path| path.as_object().unwrap())
            .collect();
        assert_eq!(operations.len(), 20);
        for (_, operation) in operations {
            let name = &operation["operationId"];
            for member in [
                "x-domain",
                "x-pattern",
                "x-latency-ms",
                "x-limit-class",
                "x-degrade",
            ] {
                assert!(!operation[member].is_null(), "{name} has no {member}");
            }
            assert!(operation["security"][0]["bearer"].is_array(), "{name}");
        }
    }
}
