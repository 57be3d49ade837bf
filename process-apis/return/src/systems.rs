//! The system APIs that a return is settled against.

use crossdock_model::Tier;
use crossdock_outbound::Directory;
use sys_erp_contract::ErpClient;
use sys_loyalty_contract::LoyaltyClient;
use sys_oms_contract::OmsClient;
use sys_payment_contract::PaymentClient;
use sys_tax_contract::TaxClient;

/// A client for each system that a leg is settled in, then read back from.
#[derive(Debug, Clone)]
pub(crate) struct Systems {
    pub(crate) erp: ErpClient,
    pub(crate) oms: OmsClient,
    pub(crate) loyalty: LoyaltyClient,
    pub(crate) payment: PaymentClient,
    pub(crate) tax: TaxClient,
}

impl Systems {
    /// Clients whose calls are routed by that directory.
    pub(crate) fn new(directory: &Directory) -> Self {
        let from = Tier::Process;
        Self {
            erp: ErpClient::new(directory, from),
            oms: OmsClient::new(directory, from),
            loyalty: LoyaltyClient::new(directory, from),
            payment: PaymentClient::new(directory, from),
            tax: TaxClient::new(directory, from),
        }
    }
}
