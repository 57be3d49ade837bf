//! The OMS system API: stock, reservations, fulfilment and receipts, safe to call twice.

mod adapters;
mod handlers;
mod notices;
mod port;
mod routes;

pub use adapters::Connector;

use crossdock_events::{Inbox, feed_routes};
use crossdock_model::Ids;
use crossdock_runtime::Api;
use crossdock_settings::Faults;
use crossdock_store::Store;
use crossdock_system::Connected;
use handlers::hooks::Hooks;
use port::OmsBackend;
use std::sync::Arc;
use sys_oms_contract::API;

/// `[oms]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// What the API is built from.
pub type Deps = crossdock_system::Deps<Connector>;

/// What handlers share.
pub(crate) type Oms = Connected<dyn OmsBackend>;

/// The OMS system API with its webhooks, whose inbox, records and feed are in the system tier's store.
pub fn api(deps: Deps, ids: Arc<Ids>, store: Arc<dyn Store>) -> Result<Api, Faults> {
    let clock = Arc::clone(&deps.clock);
    let oms = Arc::new(deps.connect(API, Connector::connect)?);
    let inbox = Inbox::new(Arc::clone(&store), Arc::clone(&clock), ids);
    let routes = routes::routes(Arc::clone(&oms)).merge(feed_routes(store, API, clock));
    let hooks = routes::hooks(Hooks { oms, inbox });
    let description = "Stock to promise, reservations, orders, fulfilment and receipts of the \
                       connected order management systems. Every write may be sent twice.";
    Ok(Api::new(API, description, routes).with_hooks(hooks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::Timestamp;
    use crossdock_outbound::Backends;
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
        let connector = Connector::Embedded(adapters::EmbeddedSettings {
            base_url: Some("http://127.0.0.1:9".parse().unwrap()),
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
        };
        let store = Arc::new(SqliteStore::memory().unwrap());
        let api = api(deps, Arc::new(Ids::seeded(1)), store).unwrap();
        let contract = serde_json::to_value(api.contract).unwrap();
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
