//! Units as sold: the frozen rows that every later refund, return and posting looks up.

use crossdock_model::{Currency, Money, ReturnId, Sku, UnitRange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Neighbouring units of a line that were sold alike and have come equally far: one row for all of them.
///
/// Every column is that of each single unit; money in minor units of the order's currency. The columns of all units and
/// charges sum exactly to the order's totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitRun {
    /// Which units, `A#1..A#618`.
    pub units: UnitRange,
    /// The product that they are of.
    pub sku: Sku,
    /// List price without tax, minor units.
    pub gross: i64,
    /// Each unit's share of every promotion, in the sequence they apply in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<PromotionShare>,
    /// Each unit's share of the value of the points burnt, minor units.
    #[serde(default)]
    pub burn_money: i64,
    /// Each unit's share of the points burnt.
    #[serde(default)]
    pub burn_points: i64,
    /// The amount that each unit's tax was computed on, minor units.
    pub taxable: i64,
    /// Each unit's share of the line's tax, minor units.
    pub tax: i64,
    /// What the customer paid for each in money: gross − promotions − burnt value + tax.
    pub net_paid: i64,
    /// Points that each earns, taken back if it is returned.
    #[serde(default)]
    pub earn_points: i64,
    /// Where they are between sale, shipment and return.
    pub state: UnitState,
    /// The shipment they left with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<String>,
    /// The return that took them back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_by: Option<ReturnId>,
}

/// A unit's share of one promotion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionShare {
    /// The promotion's id at the loyalty engine.
    pub id: String,
    /// What it takes off the unit, minor units, positive.
    pub amount: i64,
}

/// How far a unit has come between sale, shipment and return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnitState {
    /// Sold, in stock, not yet in any shipment.
    Open,
    /// Assigned to a shipment that is being captured and authorised.
    Packed,
    /// Left the store or warehouse.
    Shipped,
    /// Given up before it was shipped.
    Cancelled,
    /// Taken back; its four legs are being settled or are settled.
    Returned,
}

/// What is charged beside the units: shipping, gift wrap, a fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Charge {
    /// The kind of charge, `shipping`.
    pub kind: String,
    /// Amount without tax, minor units.
    pub net: i64,
    /// Tax on it, minor units.
    pub tax: i64,
    /// The shipment it was captured with: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<String>,
}

/// The sum of some units and charges, column by column; money in minor units.
///
/// No column of a frozen row is negative, and an order whose columns do not add up in 64 bits is
/// refused before it is frozen: the sum of any of its units and charges fits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// List prices without tax.
    pub gross: i64,
    /// What promotions take off, positive.
    pub promotions: i64,
    /// Value of the points burnt, positive.
    pub burn_money: i64,
    /// Points burnt over these units.
    pub burn_points: i64,
    /// Tax base of the units; that of charges is their net.
    pub taxable: i64,
    /// Tax of units and charges.
    pub tax: i64,
    /// Charges captured along, without tax.
    pub charges: i64,
    /// Money paid, tax and charges included.
    pub net_paid: i64,
    /// Points earned over these units.
    pub earn_points: i64,
}

impl UnitRun {
    /// How many units they are, at least one.
    pub fn count(&self) -> i64 {
        i64::from(self.units.count())
    }

    /// The same row for other units of it.
    #[must_use]
    pub fn cut(&self, units: UnitRange) -> Self {
        Self {
            units,
            ..self.clone()
        }
    }

    /// What all promotions together take off each unit, minor units.
    pub fn promotion_total(&self) -> i64 {
        self.promotions.iter().map(|share| share.amount).sum()
    }
}

impl Share {
    /// Sums the columns of these units, without any charge.
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a UnitRun>) -> Self {
        runs.into_iter().fold(Self::default(), |sum, run| {
            let with = |sum: i64, each: i64| sum + each * run.count();
            Self {
                gross: with(sum.gross, run.gross),
                promotions: with(sum.promotions, run.promotion_total()),
                burn_money: with(sum.burn_money, run.burn_money),
                burn_points: with(sum.burn_points, run.burn_points),
                taxable: with(sum.taxable, run.taxable),
                tax: with(sum.tax, run.tax),
                charges: sum.charges,
                net_paid: with(sum.net_paid, run.net_paid),
                earn_points: with(sum.earn_points, run.earn_points),
            }
        })
    }

    /// Adds these charges and their tax.
    #[must_use]
    pub fn with<'a>(self, charges: impl IntoIterator<Item = &'a Charge>) -> Self {
        charges.into_iter().fold(self, |sum, charge| Self {
            tax: sum.tax + charge.tax,
            charges: sum.charges + charge.net,
            net_paid: sum.net_paid + charge.net + charge.tax,
            ..sum
        })
    }

    /// The money column as an amount in that currency.
    pub fn paid(&self, currency: Currency) -> Money {
        Money::new(self.net_paid, currency)
    }
}
