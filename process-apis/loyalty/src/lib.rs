//! The loyalty process API: earned points become spendable once the money they rest on has settled.

mod deps;
mod handlers;
mod maturity;
mod routes;
mod settings;

pub use deps::Parts;
pub use settings::Settings;

use crate::deps::Deps;
use crate::maturity::subscription::{OnSettlement, OnShipment};
use crossdock_events::{Reader, Source, Subscription};
use crossdock_model::ApiId;
use crossdock_runtime::Api;
use crossdock_workflow::{DefinitionError, Engine, Workflow};
use proc_loyalty_contract::LoyaltyClient;
use proc_order_contract::OrderClient;
use std::sync::Arc;

/// The id that the gateway and its configuration know this API by.
pub const API: ApiId = LoyaltyClient::API;

/// The workflow of points, to be registered with the engine.
pub fn workflows(parts: &Parts) -> Result<Vec<Workflow>, DefinitionError> {
    Ok(vec![maturity::definition(&parts.loyalty())?])
}

/// The API itself; `payments` is the feed of the payment system API.
pub fn api(parts: Parts, engine: Engine, payments: Source) -> Api {
    let deps = Deps::new(parts, engine);
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
