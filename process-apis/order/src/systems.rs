//! The system APIs that an order is settled against.

use crossdock_model::Tier;
use crossdock_outbound::Directory;
use sys_customer_contract::CustomerClient;
use sys_erp_contract::ErpClient;
use sys_loyalty_contract::LoyaltyClient;
use sys_oms_contract::OmsClient;
use sys_payment_contract::PaymentClient;
use sys_tax_contract::TaxClient;

/// A client for each system, with how long they hold what an order reserves.
#[derive(Debug, Clone)]
pub(crate) struct Systems {
    pub(crate) erp: ErpClient,
    pub(crate) oms: OmsClient,
    pub(crate) loyalty: LoyaltyClient,
    pub(crate) payment: PaymentClient,
    pub(crate) customer: CustomerClient,
    pub(crate) tax: TaxClient,
    /// How long stock and points are held for an order that is being placed.
    pub(crate) hold_seconds: u32,
}

impl Systems {
    /// Clients whose calls are routed by that directory.
    pub(crate) fn new(directory: &Directory, hold_seconds: u32) -> Self {
        let from = Tier::Process;
        Self {
            erp: ErpClient::new(directory, from),
            oms: OmsClient::new(directory, from),
            loyalty: LoyaltyClient::new(directory, from),
            payment: PaymentClient::new(directory, from),
            customer: CustomerClient::new(directory, from),
            tax: TaxClient::new(directory, from),
            hold_seconds,
        }
    }
}
