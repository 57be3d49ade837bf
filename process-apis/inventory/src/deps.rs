//! What the inventory API is built from: the parts that the gateway hands in, as its handlers share them.

use crossdock_desk::TtlCache;
use crossdock_model::{Clock, Sku, Tenant, Tier};
use crossdock_outbound::Directory;
use proc_inventory_contract::Availability;
use std::sync::Arc;
use std::time::Duration;
use sys_erp_contract::ErpClient;
use sys_oms_contract::OmsClient;

/// How old a figure may be: a tenth of what the design gives stock to reach a channel.
const TTL: Duration = Duration::from_secs(1);
/// The most SKUs that are cached.
const CAPACITY: usize = 100_000;

/// What the gateway hands in.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The routes to the system APIs.
    pub directory: Directory,
    /// The clock that cached figures age by.
    pub clock: Arc<dyn Clock>,
}

/// The clients and services that the handlers take from axum's state.
#[derive(Debug, Clone)]
pub(crate) struct Deps {
    pub(crate) erp: ErpClient,
    pub(crate) oms: OmsClient,
    /// The projection: what the OMS answered about a SKU lately.
    pub(crate) recent: Arc<TtlCache<(Tenant, Sku), Availability>>,
}

impl Deps {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            erp: ErpClient::new(&parts.directory, Tier::Process),
            oms: OmsClient::new(&parts.directory, Tier::Process),
            recent: Arc::new(TtlCache::new(parts.clock, TTL, CAPACITY)),
        }
    }
}
