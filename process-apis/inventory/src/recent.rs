//! The projection of availability: what the OMS said within the last second, bounded.

use crossdock_model::{Clock, Sku, Tenant, Timestamp};
use proc_inventory_contract::Availability;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How old an answer may be; the same time that the design gives stock to reach a channel, tenfold safe.
const AGE: Duration = Duration::from_secs(1);
/// The most SKUs remembered; when they are reached, all are forgotten at once.
const MOST: usize = 100_000;

/// What was said lately, per tenant and SKU.
#[derive(Debug)]
pub(crate) struct Recent {
    clock: Arc<dyn Clock>,
    said: Mutex<HashMap<(Tenant, Sku), (Timestamp, Availability)>>,
}

impl Recent {
    /// Nothing was said yet.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            said: Mutex::default(),
        }
    }

    /// What was said about the SKU within the last second.
    pub(crate) fn get(&self, tenant: &Tenant, sku: &Sku) -> Option<Availability> {
        let oldest = self
            .clock
            .now()
            .saturating_sub(AGE)
            .unwrap_or(Timestamp::MIN);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, availability) = said.get(&(tenant.clone(), sku.clone()))?;
        (*at > oldest).then(|| availability.clone())
    }

    /// Remembers what was just said.
    pub(crate) fn put(&self, tenant: &Tenant, availability: &Availability) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() >= MOST {
            said.clear();
        }
        let key = (tenant.clone(), availability.sku.clone());
        said.insert(key, (self.clock.now(), availability.clone()));
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
