//! What the policies of every API of a process share: limits, tokens, the clock.

use crate::addresses::AddressLimitLayer;
use crate::crypto::install_crypto;
use crate::limiter::Limiter;
use crate::rate::RateLimits;
use crate::refusals::Refusals;
use crate::settings::PolicySettings;
use crate::verify::Verifier;
use crossdock_model::{Clock, Ids, Tenant};
use crossdock_outbound::TierKey;
use crossdock_store::Store;
use std::collections::HashSet;
use std::sync::Arc;

/// More networks than one process distinguishes.
const NETWORKS: usize = 20_000;

/// What [`Shared`] is made from, beside the settings.
#[derive(Debug)]
pub struct SharedParts {
    /// The clock of limits, deadlines and tokens.
    pub clock: Arc<dyn Clock>,
    /// Correlation ids of requests that bring none.
    pub ids: Arc<Ids>,
    /// The retailers of the installation; a caller of any other is refused.
    pub tenants: HashSet<Tenant>,
    /// Checks the bearer tokens of the border.
    pub verifier: Verifier,
    /// Checks the tokens of other processes of the installation; without it, only typed calls are let in.
    pub tier_key: Option<TierKey>,
    /// The store that holds the idempotency keys, on the process that serves the process tier.
    pub store: Option<Arc<dyn Store>>,
}

/// State that outlives a request and belongs to no single API.
#[derive(Debug, Clone)]
pub struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) tenants: Arc<HashSet<Tenant>>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) tier_key: Option<TierKey>,
    pub(crate) store: Option<Arc<dyn Store>>,
    pub(crate) rates: Arc<RateLimits>,
    pub(crate) addresses: Option<AddressLimitLayer>,
    pub(crate) refusals: Arc<Refusals>,
}

impl Shared {
    /// Empty limits and counts, as a process starts.
    pub fn new(settings: &PolicySettings, parts: SharedParts) -> Self {
        install_crypto();
        let (burst, per) = (settings.addresses.burst, settings.addresses.per.get());
        let addresses = Limiter::new(burst, per, NETWORKS, Arc::clone(&parts.clock));
        Self {
            rates: Arc::new(RateLimits::new(&settings.limits, &parts.clock)),
            addresses: addresses.map(AddressLimitLayer::new),
            refusals: Arc::new(Refusals::new(Arc::clone(&parts.clock))),
            clock: parts.clock,
            ids: parts.ids,
            tenants: Arc::new(parts.tenants),
            verifier: Arc::new(parts.verifier),
            tier_key: parts.tier_key,
            store: parts.store,
        }
    }

    /// Who was turned away; its `write_behind` is one of the process's tasks.
    pub fn refusals(&self) -> Arc<Refusals> {
        Arc::clone(&self.refusals)
    }
}
