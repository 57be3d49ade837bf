//! One unit as sold: the frozen row that every later refund, return and posting looks up.

use crossdock_model::{Currency, Money, ReturnId, Sku, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A unit's frozen row; all money in minor units of the order's currency.
///
/// The columns of all units and charges sum exactly to the order's totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// Which unit, `A#2`.
    pub id: UnitId,
    /// What it is.
    pub sku: Sku,
    /// List price.
    pub gross: i64,
    /// Its share of every promotion, in stack order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<PromotionShare>,
    /// Its share of the value of the points burnt.
    #[serde(default)]
    pub burn_money: i64,
    /// Its share of the points burnt.
    #[serde(default)]
    pub burn_points: i64,
    /// What its tax was computed on.
    pub taxable: i64,
    /// Its tax.
    pub tax: i64,
    /// What the customer paid for it in money: gross − promotions − burnt value + tax.
    pub net_paid: i64,
    /// The points it earns.
    #[serde(default)]
    pub earn_points: i64,
    /// Where it is now.
    pub state: UnitState,
    /// The shipment it left with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<String>,
    /// The return that took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_by: Option<ReturnId>,
}

/// A unit's share of one promotion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionShare {
    /// The promotion's id.
    pub id: String,
    /// Minor units.
    pub amount: i64,
}

/// Where a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnitState {
    /// Sold, still here.
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
    /// What for, `shipping`.
    pub kind: String,
    /// Minor units without tax.
    pub net: i64,
    /// Minor units of tax.
    pub tax: i64,
    /// The shipment it was captured with: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<String>,
}

/// The sum of some units and charges, column by column, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// List prices.
    pub gross: i64,
    /// Promotions, positive.
    pub promotions: i64,
    /// Value of points burnt, positive.
    pub burn_money: i64,
    /// Points burnt.
    pub burn_points: i64,
    /// Tax base of the units.
    pub taxable: i64,
    /// Tax of units and charges.
    pub tax: i64,
    /// Charges without tax.
    pub charges: i64,
    /// Money paid, tax and charges included.
    pub net_paid: i64,
    /// Points earned.
    pub earn_points: i64,
}

impl Unit {
    /// What all promotions took off.
    pub fn promotion_total(&self) -> i64 {
        self.promotions.iter().map(|share| share.amount).sum()
    }
}

impl Share {
    /// The columns of these units.
    pub fn of<'a>(units: impl IntoIterator<Item = &'a Unit>) -> Self {
        units.into_iter().fold(Self::default(), |sum, unit| Self {
            gross: sum.gross + unit.gross,
            promotions: sum.promotions + unit.promotion_total(),
            burn_money: sum.burn_money + unit.burn_money,
            burn_points: sum.burn_points + unit.burn_points,
            taxable: sum.taxable + unit.taxable,
            tax: sum.tax + unit.tax,
            charges: sum.charges,
            net_paid: sum.net_paid + unit.net_paid,
            earn_points: sum.earn_points + unit.earn_points,
        })
    }

    /// These columns and those charges.
    #[must_use]
    pub fn with<'a>(self, charges: impl IntoIterator<Item = &'a Charge>) -> Self {
        charges.into_iter().fold(self, |sum, charge| Self {
            tax: sum.tax + charge.tax,
            charges: sum.charges + charge.net,
            net_paid: sum.net_paid + charge.net + charge.tax,
            ..sum
        })
    }

    /// What was paid, as money.
    pub fn paid(&self, currency: Currency) -> Money {
        Money::new(self.net_paid, currency)
    }
}
