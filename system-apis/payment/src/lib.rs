//! The payment system API: card money that is safe to move twice.

mod adapters;
mod handlers;
mod port;
mod reported;
mod routes;
mod set_aside;
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
use sys_payment_contract::API;
use webhooks::Webhooks;

/// The section `[payment]` of the configuration.
pub type Settings = crossdock_system::Settings<Connector>;

/// The API's section of the configuration, with the ways to its backends.
pub type Deps = crossdock_system::Deps<Connector>;

/// The API with its webhooks, whose inbox, records and feed are in the system tier's store. Its backends are
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
    let webhooks = Webhooks {
        backends,
        inbox,
        store: Arc::clone(&store),
    };
    let routes = routes::routes(webhooks.clone());
    let routes = routes.merge(feed_routes(Arc::clone(&store), API, Arc::clone(&clock)));
    let webhooks = Arc::new(webhooks);
    let hooks = webhooks::routes(Arc::clone(&webhooks));
    let catch_up = CatchUp {
        api: API,
        receiver: webhooks,
        store,
        clock,
        every: catch_up,
    };
    let description = "Authorise, capture, void and refund card money; repeat any call safely.";
    let api = Api::new(API, description, routes).with_hooks(hooks);
    Ok(api.with_background("payment/catch-up", |stopping| catch_up.run(stopping)))
}
