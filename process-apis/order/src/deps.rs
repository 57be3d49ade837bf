//! What the order API is built from: the parts that the gateway hands in, as its handlers share them.

use crate::quote::{Pinning, Pricing, QuoteKey};
use crate::search::LookupKey;
use crate::settings::Settings;
use crate::systems::Systems;
use crossdock_desk::Desk;
use crossdock_model::{Clock, Ids, Tier};
use crossdock_outbound::Directory;
use crossdock_store::Store;
use crossdock_workflow::Engine;
use proc_order_contract::OrderClient;
use std::sync::Arc;

/// What the gateway hands in; the engine follows when every workflow is registered.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The section `[order]` of the configuration.
    pub settings: Arc<Settings>,
    /// The routes to the system APIs.
    pub directory: Directory,
    /// The store that all process APIs share.
    pub store: Arc<dyn Store>,
    /// Stamps orders, and decides which quotes have expired.
    pub clock: Arc<dyn Clock>,
    /// Generates order and instance ids.
    pub ids: Arc<Ids>,
    /// Seals quotes, and opens them when an order is placed.
    pub quote_key: QuoteKey,
    /// Hashes what personal search keys stand for.
    pub lookup_key: LookupKey,
}

/// What handlers and subscriptions share.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) desk: Desk,
    pub(crate) ids: Arc<Ids>,
    pub(crate) quote_key: QuoteKey,
    pub(crate) lookup_key: LookupKey,
    pub(crate) pricing: Pricing,
}

impl Parts {
    /// The clients that the steps and the pricing call.
    pub(crate) fn systems(&self) -> Systems {
        let hold = u32::try_from(self.settings.hold.get().as_secs()).unwrap_or(u32::MAX);
        Systems::new(&self.directory, hold)
    }

    /// The way back to this API, for a workflow that starts another one of it.
    pub(crate) fn orders(&self) -> OrderClient {
        OrderClient::new(&self.directory, Tier::Process)
    }
}

impl Deps {
    pub(crate) fn new(parts: Parts, engine: Engine) -> Self {
        let systems = parts.systems();
        let pricing = Pricing {
            pinning: Pinning::new(systems.clone(), Arc::clone(&parts.clock)),
            systems,
            settings: parts.settings,
            clock: Arc::clone(&parts.clock),
        };
        let desk = Desk {
            engine,
            store: parts.store,
            clock: parts.clock,
        };
        Self {
            desk,
            ids: parts.ids,
            quote_key: parts.quote_key,
            lookup_key: parts.lookup_key,
            pricing,
        }
    }
}
