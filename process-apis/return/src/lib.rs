//! The return process API: evaluate as a dry run, commit as the pivot, four legs read back before it closes.
//!
//! Entry points: [`api`] serves it, [`workflows`] are the promises it keeps. Everything a return comes
//! to is a look-up in the order as sold, which the order process freezes in the store they share.

mod books;
mod evaluate;
mod handlers;
mod lifecycle;
mod records;
mod routes;
mod settings;
mod steps;
mod subscriptions;
mod systems;
mod workflow;

pub use settings::Settings;

use crate::subscriptions::OnSettlement;
use crate::systems::Systems;
use crossdock_desk::Desk;
use crossdock_events::{Reader, Source, Subscription};
use crossdock_model::{ApiId, Clock, Ids};
use crossdock_outbound::Directory;
use crossdock_runtime::Api;
use crossdock_store::Store;
use crossdock_workflow::{DefinitionError, Engine, Workflow};
use proc_return_contract::ReturnClient;
use std::sync::Arc;

/// The API's id.
pub const API: ApiId = ReturnClient::API;

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

/// What handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) desk: Desk,
    pub(crate) ids: Arc<Ids>,
    pub(crate) settings: Arc<Settings>,
}

/// The workflows of a return, to be registered with the engine.
pub fn workflows(parts: &Parts) -> Result<Vec<Workflow>, DefinitionError> {
    let systems = Systems::new(&parts.directory);
    Ok(vec![workflow::definition(&systems)?])
}

/// The API itself; `payments` is the feed of the payment system API.
pub fn api(parts: Parts, engine: Engine, payments: Source) -> Api {
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
    let reader = Reader {
        name: "return/payment".into(),
        store: Arc::clone(&desk.store),
        clock: Arc::clone(&desk.clock),
    };
    let handler = Arc::new(OnSettlement(desk.engine.clone()));
    let subscription = Subscription::new(reader, payments, handler);
    let feed = crossdock_events::feed_routes(Arc::clone(&desk.store), API, Arc::clone(&desk.clock));
    let deps = Deps {
        desk,
        ids,
        settings,
    };
    let routes = routes::routes(deps).merge(feed);
    Api::new(
        API,
        "Returns: evaluate, commit, and follow their four legs.",
        routes,
    )
    .with_background("return/payment", move |stopping| subscription.run(stopping))
}
