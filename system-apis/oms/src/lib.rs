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
}
