//! What an allocation starts from.

use crossdock_model::{Currency, LineId, Sku};
use proc_order_contract::{AppliedPromotion, Charge, OrderLine, Redemption};

/// A basket with everything decided but how it falls on the units.
#[derive(Debug, Clone)]
pub(crate) struct Basket {
    pub(crate) currency: Currency,
    /// In the basket's sequence; ties in rounding go to the earlier line.
    pub(crate) lines: Vec<BasketLine>,
    /// In the sequence they apply in.
    pub(crate) promotions: Vec<AppliedPromotion>,
    pub(crate) redemption: Option<Redemption>,
    /// Over all units, split by what is left to pay.
    pub(crate) earn_points: i64,
    /// Shipping and fees, with their tax once it is known.
    pub(crate) charges: Vec<Charge>,
}

/// A line whose columns are split over its units.
#[derive(Debug, Clone)]
pub(crate) struct BasketLine {
    pub(crate) id: LineId,
    pub(crate) sku: Sku,
    pub(crate) quantity: u32,
    /// List price of one unit, minor units.
    pub(crate) unit_price: i64,
    /// Tax of the whole line, minor units; zero until it is known.
    pub(crate) tax: i64,
}

/// The line of an order, with its tax not known yet.
impl From<&OrderLine> for BasketLine {
    fn from(line: &OrderLine) -> Self {
        Self {
            id: line.id.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity.get(),
            unit_price: line.unit_price.minor,
            tax: 0,
        }
    }
}
