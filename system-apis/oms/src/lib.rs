//! The OMS system API: stock, reservations, fulfilment and receipts, safe to call twice.

mod adapters;
mod handlers;
mod port;
mod routes;
mod webhooks;

pub use adapters::Connector;

use crossdock_events::{Inbox, feed_routes};
use crossdock_model::Ids;
use crossdock_runtime::Api;
use crossdock_settings::Faults;
use crossdock_store::Store;
use crossdock_system::CatchUp;
use std::sync::Arc;
use std::time::Duration;
use sys_oms_contract::API;
use webhooks::Webhooks;

/// The section `[oms]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// The API's section of the configuration, with the ways to its backends.
pub type Deps = crossdock_system::Deps<Connector>;

/// The OMS system API with its webhooks, whose inbox, records and feed are in the system tier's store. Its backends are
/// asked what they told at the start, and as often as `catch_up` says for what did not arrive.
pub fn api(
    deps: Deps,
    ids: Arc<Ids>,
    store: Arc<dyn Store>,
    catch_up: Duration,
) -> Result<Api, Faults> {
    let clock = Arc::clone(&deps.clock);
    let backends = Arc::new(deps.connect(API, Connector::connect)?);
    let inbox = Inbox::new(Arc::clone(&store), Arc::clone(&clock), ids);
    let routes = routes::routes(Arc::clone(&backends));
    let routes = routes.merge(feed_routes(Arc::clone(&store), API, Arc::clone(&clock)));
    let webhooks = Arc::new(Webhooks { backends, inbox });
    let hooks = webhooks::routes(Arc::clone(&webhooks));
    let catch_up = CatchUp {
        api: API,
        receiver: webhooks,
        store,
        clock,
        every: catch_up,
    };
    let description = "Stock to promise, reservations, orders, fulfilment and receipts of the \
                       connected order management systems. Every write may be sent twice.";
    let api = Api::new(API, description, routes).with_hooks(hooks);
    Ok(api.with_background("oms/catch-up", |stopping| catch_up.run(stopping)))
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
