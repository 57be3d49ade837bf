//! The system APIs that an order is settled against.

use crossdock_model::Tier;
use crossdock_outbound::Directory;
use sys_customer_contract::CustomerClient;
use sys_erp_contract::ErpClient;
use sys_loyalty_contract::LoyaltyClient;
use sys_oms_contract::OmsClient;
use sys_payment_contract::PaymentClient;
use sys_tax_contract::TaxClient;

/// A client for each system.
#[derive(Debug, Clone)]
pub(crate) struct Systems {
    /// Sales orders, goods issues, invoices.
    pub(crate) erp: ErpClient,
    /// Reservations and fulfilment.
    pub(crate) oms: OmsClient,
    /// Promotions and points.
    pub(crate) loyalty: LoyaltyClient,
    /// Card money.
    pub(crate) payment: PaymentClient,
    /// Who buys.
    pub(crate) customer: CustomerClient,
    /// Tax.
    pub(crate) tax: TaxClient,
    /// How long stock and points are held for an order that is being placed.
    pub(crate) hold_seconds: u32,
}

impl Systems {
    /// Clients over that directory.
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
