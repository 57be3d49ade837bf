//! What a quote holds: what was asked and what the backends answered, without what follows from it.

use crate::ledger::{Basket, BasketLine};
use crossdock_model::{Address, Currency, CustomerId, MemberId, Timestamp};
use proc_order_contract::{AppliedPromotion, Charge, Earn, OrderLine, Redemption, Totals};
use serde::{Deserialize, Serialize};

/// The content of a quote, beside the pins. Units are allocated from it, when it was made and again when it is placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuoteContent {
    /// The channel that asked, which the order is recorded under.
    pub(crate) channel: String,
    pub(crate) brand: Option<String>,
    /// The customer who asked; only the same one can place it.
    pub(crate) customer: Option<CustomerId>,
    /// The loyalty member who burns and earns.
    pub(crate) member: Option<MemberId>,
    pub(crate) currency: Currency,
    /// The address that tax was computed for.
    pub(crate) ship_to: Address,
    /// The lines with their list prices.
    pub(crate) lines: Vec<OrderLine>,
    /// Each line's tax in minor units, in the sequence of the lines.
    pub(crate) taxes: Vec<i64>,
    /// Shipping with its tax.
    pub(crate) charges: Vec<Charge>,
    /// In the sequence that they apply in.
    pub(crate) promotions: Vec<AppliedPromotion>,
    pub(crate) redemption: Option<Redemption>,
    /// The points to earn, where a member buys.
    pub(crate) earn: Option<Earn>,
    /// What the buyer was promised: the allocation must come to the same.
    pub(crate) totals: Totals,
    pub(crate) valid_until: Timestamp,
}

impl QuoteContent {
    /// The basket that its units are allocated from.
    pub(crate) fn basket(&self) -> Basket {
        let line = |(line, tax): (&OrderLine, &i64)| BasketLine {
            tax: *tax,
            ..BasketLine::from(line)
        };
        Basket {
            currency: self.currency,
            lines: self.lines.iter().zip(&self.taxes).map(line).collect(),
            promotions: self.promotions.clone(),
            redemption: self.redemption.clone(),
            earn_points: self.earn.as_ref().map_or(0, |earn| earn.points),
            charges: self.charges.clone(),
        }
    }
}
