//! The loyalty process API: earned points become spendable once the money they rest on has settled.

mod handlers;
mod routes;
mod settings;
mod subscriptions;
mod workflow;

pub use settings::Settings;

use crate::subscriptions::{OnSettlement, OnShipment};
use crossdock_desk::Desk;
use crossdock_events::{Reader, Source, Subscription};
use crossdock_model::{ApiId, Clock, Ids, Tier};
use crossdock_outbound::Directory;
use crossdock_runtime::Api;
use crossdock_store::Store;
use crossdock_workflow::{DefinitionError, Engine, Workflow};
use proc_loyalty_contract::LoyaltyClient as ThisApi;
use proc_order_contract::OrderClient;
use std::sync::Arc;
use sys_loyalty_contract::LoyaltyClient;

/// The API's id.
pub const API: ApiId = ThisApi::API;

/// What the API stands on.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What a retailer decides.
    pub settings: Arc<Settings>,
    /// The ways to the system APIs.
    pub directory: Directory,
    /// The process tier's store.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<Ids>,
}

/// What handlers and subscriptions share.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) desk: Desk,
    pub(crate) ids: Arc<Ids>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) loyalty: LoyaltyClient,
}

/// The workflow of points, to be registered with the engine.
pub fn workflows(parts: &Parts) -> Result<Vec<Workflow>, DefinitionError> {
    Ok(vec![workflow::definition(&LoyaltyClient::new(
        &parts.directory,
        Tier::Process,
    ))?])
}

/// The API itself; `payments` is the feed of the payment system API.
pub fn api(parts: Parts, engine: Engine, payments: Source) -> Api {
    let loyalty = LoyaltyClient::new(&parts.directory, Tier::Process);
    let Parts {
        settings,
        store,
        clock,
        ids,
        ..
    } = parts;
    let desk = Desk {
        engine,
        store,
        clock,
    };
    let deps = Deps {
        desk,
        ids,
        settings,
        loyalty,
    };
    let reader = |name: &str| Reader {
        name: name.into(),
        store: Arc::clone(&deps.desk.store),
        clock: Arc::clone(&deps.desk.clock),
    };
    let settled = Arc::new(OnSettlement(deps.clone()));
    let settled = Subscription::new(reader("loyalty/payment"), payments, settled);
    let orders = Source::Table(Arc::clone(&deps.desk.store), OrderClient::API.name);
    let shipped = Arc::new(OnShipment(deps.clone()));
    let shipped = Subscription::new(reader("loyalty/order"), orders, shipped);
    let feed = crossdock_events::feed_routes(
        Arc::clone(&deps.desk.store),
        API,
        Arc::clone(&deps.desk.clock),
    );
    let routes = routes::routes(deps).merge(feed);
    Api::new(
        API,
        "A member's points, and how they come to be spendable.",
        routes,
    )
    .with_background("loyalty/payment", move |stopping| settled.run(stopping))
    .with_background("loyalty/order", move |stopping| shipped.run(stopping))
}
