//! What the policies of every API of a process share: limits, tokens, the clock.

use crate::addresses::AddressLimit;
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

/// More networks than one process tells apart.
const NETWORKS: usize = 20_000;

/// What the policies are made with.
#[derive(Debug)]
pub struct SharedParts {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ids of journeys that begin here.
    pub ids: Arc<Ids>,
    /// The retailers of the installation.
    pub tenants: HashSet<Tenant>,
    /// Whose bearer tokens count.
    pub verifier: Verifier,
    /// The secret shared with the other processes, where there are any.
    pub tier_key: Option<TierKey>,
    /// The process tier's store, on the process that serves it.
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
    pub(crate) addresses: Option<AddressLimit>,
    pub(crate) refusals: Arc<Refusals>,
}

impl Shared {
    /// The shared state of one process.
    pub fn new(settings: &PolicySettings, parts: SharedParts) -> Self {
        crate::install_crypto();
        let (burst, per) = (settings.addresses.burst, settings.addresses.per.get());
        let addresses = Limiter::new(burst, per, NETWORKS, Arc::clone(&parts.clock));
        Self {
            rates: Arc::new(RateLimits::new(&settings.limits, &parts.clock)),
            addresses: addresses.map(|limiter| AddressLimit(Arc::new(limiter))),
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
