//! Which backend instances serve a brand: asked of every system, then cached for some seconds.

use crate::systems::Systems;
use crossdock_desk::TtlCache;
use crossdock_model::{Clock, Context, Fault, Tenant};
use crossdock_outbound::RoutingKey;
use futures_util::future::{try_join, try_join4};
use proc_order_contract::Pins;
use std::sync::Arc;
use std::time::Duration;

/// How long a routing is cached: it is configuration, and changes with a restart of the system tier.
const TTL: Duration = Duration::from_secs(5);
/// The most brands that are cached.
const CAPACITY: usize = 1_024;

/// Names the instances that an order pins.
#[derive(Debug, Clone)]
pub(crate) struct Pinning {
    systems: Systems,
    cache: Arc<TtlCache<(Tenant, Option<String>), Pins>>,
}

impl Pinning {
    pub(crate) fn new(systems: Systems, clock: Arc<dyn Clock>) -> Self {
        Self {
            systems,
            cache: Arc::new(TtlCache::new(clock, TTL, CAPACITY)),
        }
    }

    /// The instances that serve this brand today.
    pub(crate) async fn pins(&self, context: &Context, brand: Option<&str>) -> Result<Pins, Fault> {
        let key = (context.caller.tenant.clone(), brand.map(str::to_owned));
        if let Some(pins) = self.cache.get(&key) {
            return Ok(pins);
        }
        let pins = self.ask(context, brand).await?;
        self.cache.insert(key, pins.clone());
        Ok(pins)
    }

    async fn ask(&self, context: &Context, brand: Option<&str>) -> Result<Pins, Fault> {
        let key = |capability: Option<&str>| RoutingKey {
            brand: brand.map(str::to_owned),
            capability: capability.map(str::to_owned),
        };
        let any = key(None);
        let (finance, stock) = (key(Some("finance")), key(Some("stock")));
        let systems = &self.systems;
        let (erp_finance, erp_stock, oms, loyalty) = try_join4(
            systems.erp.routing(context, &finance),
            systems.erp.routing(context, &stock),
            systems.oms.routing(context, &any),
            systems.loyalty.routing(context, &any),
        )
        .await?;
        let (payment, tax) = try_join(
            systems.payment.routing(context, &any),
            systems.tax.routing(context, &any),
        )
        .await?;
        Ok(Pins {
            erp_finance: erp_finance.connector,
            erp_stock: erp_stock.connector,
            oms: oms.connector,
            loyalty: loyalty.connector,
            payment: payment.connector,
            tax: tax.connector,
        })
    }
}
