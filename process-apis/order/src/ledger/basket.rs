//! What an allocation starts from, and what it comes to.

use crossdock_model::{Currency, LineId, Sku};
use proc_order_contract::{AppliedPromotion, Charge, Redemption, Totals, Unit};

/// A basket with everything decided but how it falls on the units.
#[derive(Debug, Clone)]
pub(crate) struct Basket {
    /// The one currency.
    pub(crate) currency: Currency,
    /// In the order of the basket; ties in rounding go to the earlier line.
    pub(crate) lines: Vec<BasketLine>,
    /// In stack order.
    pub(crate) promotions: Vec<AppliedPromotion>,
    /// Points burnt.
    pub(crate) redemption: Option<Redemption>,
    /// Points earned.
    pub(crate) earn_points: i64,
    /// With their tax.
    pub(crate) charges: Vec<Charge>,
}

/// A line of the basket.
#[derive(Debug, Clone)]
pub(crate) struct BasketLine {
    /// Its id.
    pub(crate) id: LineId,
    /// What.
    pub(crate) sku: Sku,
    /// How many.
    pub(crate) quantity: u32,
    /// Price of one, minor units.
    pub(crate) unit_price: i64,
    /// Tax of the whole line, minor units; zero until it is known.
    pub(crate) tax: i64,
}

/// The rows of a basket and their sums.
#[derive(Debug, Clone)]
pub(crate) struct Allocated {
    /// One row a unit.
    pub(crate) units: Vec<Unit>,
    /// The sums of all rows and charges.
    pub(crate) totals: Totals,
    /// What each line is taxed on, in the order of the lines.
    pub(crate) taxable: Vec<i64>,
}
