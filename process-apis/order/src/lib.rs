//! The order process API: every order it accepts ends settled in five ledgers, or on a person's desk.
//!
//! Entry points: [`api`] serves it, [`workflows`] are the promises it keeps, [`Settings`] what a
//! retailer decides. `workflows/` reads aloud; `ledger/` is the arithmetic, pure.

mod events;
mod handlers;
mod intake;
mod ledger;
mod lifecycle;
mod list;
mod quote;
mod records;
mod routes;
mod settings;
mod steps;
mod subscriptions;
mod summary;
mod systems;
mod workflows;

pub use quote::QuoteKey;
pub use settings::{Settings, ShippingOption};

use crate::quote::{Pinning, Pricing};
use crate::subscriptions::OnFulfilment;
use crate::systems::Systems;
use crossdock_desk::Desk;
use crossdock_events::{Reader, Source, Subscription};
use crossdock_model::{ApiId, Clock, Ids, OrderId, Tenant};
use crossdock_outbound::Directory;
use crossdock_problem::{Code, Problem};
use crossdock_runtime::Api;
use crossdock_store::Store;
use crossdock_workflow::{DefinitionError, Engine, Workflow};
use proc_order_contract::{Order, OrderClient};
use std::sync::Arc;

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
    /// Signs quotes.
    pub quote_key: QuoteKey,
}

/// What handlers and subscriptions share.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) desk: Desk,
    pub(crate) ids: Arc<Ids>,
    pub(crate) quote_key: QuoteKey,
    pub(crate) pricing: Pricing,
}

/// The workflows of an order, to be registered with the engine.
pub fn workflows(parts: &Parts) -> Result<Vec<Workflow>, DefinitionError> {
    let systems = systems(parts);
    Ok(vec![
        workflows::place_order::definition(&systems)?,
        workflows::accept_captured::definition(&systems)?,
        workflows::fulfil_shipment::definition(&systems)?,
        workflows::cancel_order::definition(&systems)?,
    ])
}

/// The API itself; `fulfilment` is the feed of the OMS system API.
pub fn api(parts: Parts, engine: Engine, fulfilment: Source) -> Api {
    let systems = systems(&parts);
    let pricing = Pricing {
        pinning: Pinning::new(systems.clone(), Arc::clone(&parts.clock)),
        systems,
        settings: Arc::clone(&parts.settings),
        clock: Arc::clone(&parts.clock),
    };
    let Parts {
        store,
        clock,
        ids,
        quote_key,
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
        quote_key,
        pricing,
    };
    let reader = Reader {
        name: "order/oms".into(),
        store: Arc::clone(&deps.desk.store),
        clock: Arc::clone(&deps.desk.clock),
    };
    let handler = Arc::new(OnFulfilment::new(deps.clone()));
    let subscription = Subscription::new(reader, fulfilment, handler);
    let feed = crossdock_events::feed_routes(
        Arc::clone(&deps.desk.store),
        OrderClient::API,
        Arc::clone(&deps.desk.clock),
    );
    let routes = routes::routes(deps).merge(feed);
    Api::new(
        API,
        "Quotes, orders as sold, cancellations and their timelines.",
        routes,
    )
    .with_background("order/oms", move |stopping| subscription.run(stopping))
}

/// The API's id.
pub const API: ApiId = OrderClient::API;

fn systems(parts: &Parts) -> Systems {
    let hold = u32::try_from(parts.settings.hold.get().as_secs()).unwrap_or(u32::MAX);
    Systems::new(&parts.directory, hold)
}

/// An order of that tenant.
pub(crate) fn find(deps: &Deps, tenant: &Tenant, id: OrderId) -> Result<Option<Order>, Problem> {
    deps.desk.find(tenant, Order::KIND, id.0)
}

/// There is no such order, or it is somebody else's: the caller cannot tell which.
pub(crate) fn no_order(id: OrderId) -> Problem {
    Problem::new(Code::NotFound, format!("there is no order {id}"))
}
