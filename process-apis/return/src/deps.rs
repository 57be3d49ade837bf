//! What the return API is built from: the parts that the gateway hands in, as its handlers share them.

use crate::settings::Settings;
use crossdock_desk::Desk;
use crossdock_model::{Clock, Ids};
use crossdock_outbound::Directory;
use crossdock_store::Store;
use crossdock_workflow::Engine;
use std::sync::Arc;

/// What the gateway hands in; the engine follows when every workflow is registered.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The section `[return]` of the configuration.
    pub settings: Arc<Settings>,
    /// The routes to the system APIs.
    pub directory: Directory,
    /// The store that all process APIs share.
    pub store: Arc<dyn Store>,
    /// Stamps returns, and decides which return windows have closed.
    pub clock: Arc<dyn Clock>,
    /// Generates return and instance ids.
    pub ids: Arc<Ids>,
}

/// The clients and services that the handlers take from axum's state.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) desk: Desk,
    pub(crate) ids: Arc<Ids>,
    pub(crate) settings: Arc<Settings>,
}

impl Deps {
    pub(crate) fn new(parts: Parts, engine: Engine) -> Self {
        let desk = Desk {
            engine,
            store: parts.store,
            clock: parts.clock,
        };
        Self {
            desk,
            ids: parts.ids,
            settings: parts.settings,
        }
    }
}
