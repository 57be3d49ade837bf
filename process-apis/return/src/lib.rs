//! The return process API: evaluate as a dry run, commit as the pivot, four legs read back before it closes.
//!
//! Entry points: [`api`] serves it, [`workflows`] are the promises it keeps; `settlement/mod.rs` reads
//! aloud. Everything a return comes to is a look-up in the order as sold, which the order process freezes
//! in the store they share.

mod deps;
mod evaluate;
mod handlers;
mod reopening;
mod routes;
mod settings;
mod settlement;
mod systems;

pub use deps::Parts;
pub use settings::Settings;

use crate::deps::Deps;
use crate::settlement::subscription::OnRefundOutcome;
use crate::systems::Systems;
use crossdock_desk::RecordReader;
use crossdock_events::{Reader, Source, Subscription};
use crossdock_model::ApiId;
use crossdock_runtime::Api;
use crossdock_workflow::{DefinitionError, Engine, Workflow};
use proc_return_contract::ReturnClient;
use std::sync::Arc;

/// The id that the gateway and its configuration know this API by.
pub const API: ApiId = ReturnClient::API;

/// The workflows of a return, to be registered with the engine.
pub fn workflows(parts: &Parts) -> Result<Vec<Workflow>, DefinitionError> {
    let systems = Systems::new(&parts.directory);
    let records = RecordReader::new(&parts.store);
    Ok(vec![
        settlement::definition(&systems, &records)?,
        reopening::definition(&systems)?,
    ])
}

/// The API itself; `payments` is the feed of the payment system API.
pub fn api(parts: Parts, engine: Engine, payments: Source) -> Api {
    let deps = Deps::new(parts, engine);
    let reader = Reader {
        name: "return/payment".into(),
        store: Arc::clone(&deps.desk.store),
        clock: Arc::clone(&deps.desk.clock),
    };
    let handler = Arc::new(OnRefundOutcome(deps.clone()));
    let subscription = Subscription::new(reader, payments, handler);
    let feed = crossdock_events::feed_routes(
        Arc::clone(&deps.desk.store),
        API,
        Arc::clone(&deps.desk.clock),
    );
    let routes = routes::routes(deps).merge(feed);
    Api::new(
        API,
        "Returns: evaluate, commit, and follow their four legs.",
        routes,
    )
    .with_background("return/payment", move |stopping| subscription.run(stopping))
}
