//! What the loyalty API is built from: the parts that the gateway hands in, as its handlers share them.

use crate::settings::Settings;
use crossdock_desk::Desk;
use crossdock_model::{Clock, Ids, Tier};
use crossdock_outbound::Directory;
use crossdock_settings::HumanDuration;
use crossdock_store::Store;
use crossdock_workflow::Engine;
use std::sync::Arc;
use std::time::Duration;
use sys_loyalty_contract::LoyaltyClient;

/// What the gateway hands in; the engine follows when every workflow is registered.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The section `[maturity]`: how long points stay pending.
    pub settings: Arc<Settings>,
    /// For how long a unit may be returned: so long its points stay pending unless the settings say otherwise.
    pub return_window: Duration,
    /// The routes to the system APIs.
    pub directory: Directory,
    /// The store that all process APIs share.
    pub store: Arc<dyn Store>,
    /// The clock that stamps records and events.
    pub clock: Arc<dyn Clock>,
    /// Generates the ids of workflow instances.
    pub ids: Arc<Ids>,
}

/// What handlers and subscriptions share.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) desk: Desk,
    pub(crate) ids: Arc<Ids>,
    /// How long after its money has settled a unit's points can be spent.
    pub(crate) maturity: Duration,
    pub(crate) loyalty: LoyaltyClient,
}

impl Parts {
    /// The client of the loyalty engine, which handlers and steps call.
    pub(crate) fn loyalty(&self) -> LoyaltyClient {
        LoyaltyClient::new(&self.directory, Tier::Process)
    }
}

impl Deps {
    pub(crate) fn new(parts: Parts, engine: Engine) -> Self {
        let loyalty = parts.loyalty();
        let maturity = parts.settings.window.map(HumanDuration::get);
        let maturity = maturity.unwrap_or(parts.return_window);
        let desk = Desk {
            engine,
            store: parts.store,
            clock: parts.clock,
        };
        Self {
            desk,
            ids: parts.ids,
            maturity,
            loyalty,
        }
    }
}
