//! Seed data: what the books of embedded backends begin with.

use crossdock_model::ConnectorName;
use std::collections::BTreeMap;

/// One seed a domain; the demo's unless a test or a bench says otherwise.
#[derive(Debug, Clone)]
pub struct SeedData {
    /// Products with their prices, and stock at cost.
    pub erp: sys_erp_embedded::Seed,
    /// Stores and warehouses with the stock of each.
    pub oms: sys_oms_embedded::Seed,
    /// The loyalty programme and its members.
    pub loyalty: sys_loyalty_embedded::Seed,
    /// The programmes of single connectors that differ from it.
    pub loyalty_of: BTreeMap<ConnectorName, sys_loyalty_embedded::Seed>,
    /// The customers that the register knows.
    pub customer: sys_customer_embedded::Seed,
    /// Tax rates by region and category.
    pub tax: sys_tax_embedded::Seed,
}

impl SeedData {
    /// The shop of the demo and of the golden scenarios.
    pub fn demo() -> Self {
        Self {
            erp: sys_erp_embedded::Seed::demo(),
            oms: sys_oms_embedded::Seed::demo(),
            loyalty: sys_loyalty_embedded::Seed::demo(),
            loyalty_of: BTreeMap::new(),
            customer: sys_customer_embedded::Seed::demo(),
            tax: sys_tax_embedded::Seed::demo(),
        }
    }
}
