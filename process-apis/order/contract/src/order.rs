//! The order record: what was sold, to whom, against which backends, and where each unit is.

use crate::{Cancelled, Charge, ProviderMoney, ReturnRefund, Share, UnitRun, UnitState, runs};
use crossdock_model::{
    ConnectorName, Correlation, Currency, CustomerId, LineId, LocationId, MemberId, Money, OrderId,
    PointsRate, Program, Quantity, Refusal, Sku, Timestamp, UnitRange,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An order, from RECEIVED on, without what is known of a person beside ids; the allocation in `units` and `charges` never changes after the pivot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// The id that every backend, event and channel knows the order by.
    pub id: OrderId,
    /// The channel that sold it, `ecommerce`.
    pub channel: String,
    /// The channel's own reference, unique per channel and account.
    pub channel_ref: String,
    /// The application that placed it: references of two applications never meet.
    pub account: String,
    /// Which try with that reference this is, from 1: after a refusal the channel may try again.
    pub attempt: u32,
    /// Whether it was paid here or elsewhere.
    pub mode: Mode,
    /// The brand it was sold under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Who bought it; a guest is nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The loyalty member who burns and earns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// The one currency of everything in it.
    pub currency: Currency,
    /// The lines as ordered, with their list prices.
    pub lines: Vec<OrderLine>,
    /// Shipping and other charges beside the goods.
    pub charges: Vec<Charge>,
    /// The promotions applied, in the sequence that they apply in.
    pub promotions: Vec<AppliedPromotion>,
    /// The points burnt, where the member redeems some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<Redemption>,
    /// The points earned over all units, where a member buys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earn: Option<Earn>,
    /// The sums of all rows and charges.
    pub totals: Totals,
    /// The frozen rows, one for neighbouring units that are alike, by line and number.
    pub units: Vec<UnitRun>,
    /// The backend instances that settle it, whatever the routing says later.
    pub pins: Pins,
    /// SHA-256 of the quote's content, hexadecimal.
    pub quote_hash: String,
    /// SHA-256 of what the channel asked for; distinguishes a repeat from a reuse of the reference.
    pub request_hash: String,
    /// How far the order as a whole has come.
    pub lifecycle: Lifecycle,
    /// The refusal that it was rejected with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Refusal>,
    /// The shipments packed so far, shipped or about to be.
    #[serde(default)]
    pub shipments: Vec<Shipment>,
    /// What was given up of it so far, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancellations: Vec<Cancelled>,
    /// What goes back to the card for returns of it, in the sequence in which it was decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<ReturnRefund>,
    /// What moved at the payment provider without having been asked for here.
    #[serde(default, skip_serializing_if = "ProviderMoney::is_empty")]
    pub provider: ProviderMoney,
    /// The correlation id that every event of it shares.
    pub correlation: Correlation,
    /// When the order was stored, before anything was asked of a backend.
    pub received_at: Timestamp,
    /// When the pivot was committed; none before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_at: Option<Timestamp>,
    /// Until when the money that was reserved here can be captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_before: Option<Timestamp>,
}

/// Who took the money, which decides whether the order can still be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Paid here: it can still be refused until the pivot.
    Checkout,
    /// Paid elsewhere: it is never refused.
    Captured,
}

/// The order as a whole; the finer axes are derived from units and postings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lifecycle {
    /// Taken in; not yet promised.
    Received,
    /// Accepted: from here only forward.
    Placed,
    /// Every unit has been shipped or cancelled.
    Completed,
    /// Every unit was cancelled before shipment.
    Cancelled,
    /// Refused before the pivot; everything undone.
    Rejected,
}

/// A line as ordered; its quantity is spread over as many units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// The line's id, unique within the order.
    pub id: LineId,
    /// The product that was ordered.
    pub sku: Sku,
    /// Units ordered, each with a row of its own.
    pub quantity: Quantity,
    /// List price of one unit, without tax.
    pub unit_price: Money,
    /// The category that the tax system taxes the product under.
    pub tax_category: String,
}

/// A promotion as the loyalty engine applied it when the order was priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppliedPromotion {
    /// The promotion's id at the loyalty engine.
    pub id: String,
    /// The version of the promotion that was applied.
    pub version: String,
    /// The name shown to the customer.
    pub name: String,
    /// Its rank among the order's promotions: lower ones apply first.
    pub stack_order: u32,
    /// Who bears the reduction.
    pub funding: Funding,
    /// Whether one line or the whole order is reduced.
    pub scope: PromotionScope,
    /// What it takes off, positive.
    pub amount: Money,
}

/// What a promotion applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PromotionScope {
    /// The line with this id alone.
    Line(LineId),
    /// All lines, in proportion to what is left of their price.
    Order,
}

/// Who bears the cost of a promotion or of burnt points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Funding {
    /// The retailer bears it: revenue is reduced.
    Retailer,
    /// A sponsor bears it and reimburses the retailer.
    ThirdParty {
        /// The sponsor's name at the loyalty engine.
        sponsor: String,
    },
}

/// Whether burnt points reduce the tax base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// They reduce the taxable amount, like a discount.
    PreTaxDiscount,
    /// They pay after tax, like a tender.
    PostTaxTender,
}

/// Points burnt, at the value that was frozen with the price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Redemption {
    /// The loyalty programme of the points.
    pub program: Program,
    /// Points burnt over all units.
    pub points: i64,
    /// What these points take off the order.
    pub value: Money,
    /// Whether they reduce the tax base.
    pub treatment: Treatment,
    /// Who bears their value.
    pub funding: Funding,
}

/// Points that the order earns once its money has settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Earn {
    /// The loyalty programme of the points.
    pub program: Program,
    /// Points over all units.
    pub points: i64,
    /// The earning rule and its version, `base@3`.
    pub rule: String,
    /// What a point is booked at as a liability.
    pub liability_rate: PointsRate,
}

/// The sums of an order, to the minor unit equal to those of its rows and charges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Goods at list price, without tax.
    pub gross: Money,
    /// What all promotions take off, positive.
    pub promotions: Money,
    /// What the burnt points take off, positive.
    pub points: Money,
    /// Shipping and other charges, without tax.
    pub charges: Money,
    /// Tax on goods and charges.
    pub tax: Money,
    /// What is left to pay in money, tax included.
    pub card: Money,
}

/// The connector instances that settle an order, fixed when it was priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pins {
    /// The ERP that keeps the books: sales order, invoice, credit memo, journal entry.
    pub erp_finance: ConnectorName,
    /// The ERP that keeps stock: goods issue, goods receipt.
    pub erp_stock: ConnectorName,
    /// The OMS that reserves, ships and receives returns.
    pub oms: ConnectorName,
    /// The loyalty engine that holds, burns and accrues points.
    pub loyalty: ConnectorName,
    /// The payment provider that authorises, captures and refunds.
    pub payment: ConnectorName,
    /// The tax engine that keeps the tax documents.
    pub tax: ConnectorName,
}

/// Units that leave together, as one fulfilment order of the OMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shipment {
    /// The fulfilment order's id at the OMS.
    pub id: String,
    /// The store or warehouse that it leaves from.
    pub location: LocationId,
    /// The units that the shipment carries.
    pub units: Vec<UnitRange>,
    /// The carrier's tracking number, where the OMS knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    /// When the OMS says that it left; none while it is only packed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_at: Option<Timestamp>,
}

impl Shipment {
    /// The natural key of a shipment at every backend, unique over all OMS instances.
    pub fn reference(order: OrderId, shipment: &str) -> String {
        format!("{order}-{shipment}")
    }
}

impl Order {
    /// The kind of the order's record in the store.
    pub const KIND: &'static str = "order";

    /// The order's units in that state, by line and number.
    pub fn units_in(&self, state: UnitState) -> impl Iterator<Item = &UnitRun> {
        self.units.iter().filter(move |run| run.state == state)
    }

    /// The rows of these units, cut to them, in the sequence asked for; unknown ones are left out.
    pub fn rows(&self, units: &[UnitRange]) -> Vec<UnitRun> {
        runs::rows(&self.units, units)
    }

    /// What the points that these units earn are worth in the books, in minor units.
    ///
    /// Each unit has its own part of what all points are worth, so the parts sum up exactly however
    /// the units leave and come back.
    pub fn earned_liability(&self, units: &[UnitRange]) -> Result<i64, Refusal> {
        let Some(earn) = &self.earn else { return Ok(0) };
        let worth = |points| {
            let value = earn.liability_rate.value(points, self.currency);
            value.map_err(|error| Refusal::new("amount_mismatch", error.to_string()))
        };
        let (mut before, mut sum) = (0, 0);
        for run in &self.units {
            for units in units.iter().filter_map(|units| run.units.overlap(units)) {
                // What the units of the run in front of these earn comes before them, too.
                let from = before + run.earn_points * i64::from(units.first() - run.units.first());
                let to = from + run.earn_points * i64::from(units.count());
                sum += worth(to)?.minor - worth(from)?.minor;
            }
            before += run.earn_points * run.count();
        }
        Ok(sum)
    }

    /// The columns of a shipment: its units and the charges captured with it.
    pub fn shipment_share(&self, shipment: &str) -> Share {
        let with = |held: &Option<String>| held.as_deref() == Some(shipment);
        let units = self.units.iter().filter(|unit| with(&unit.shipment));
        Share::of(units).with(self.charges.iter().filter(|charge| with(&charge.shipment)))
    }

    /// What all shipments packed so far come to, in minor units.
    pub fn claimed(&self) -> i64 {
        let shipments = self.shipments.iter();
        shipments
            .map(|packed| self.shipment_share(&packed.id).net_paid)
            .sum()
    }

    /// What all shipments come to, once nothing is left to pack and they do not claim all the money that was reserved
    /// here: what is reserved beyond it can be released when they are captured.
    pub fn claimed_at_most(&self) -> Option<Money> {
        let claimed = self.claimed();
        let reserved = self.mode == Mode::Checkout && self.totals.card.minor > claimed;
        let is_packed = self.units_in(UnitState::Open).next().is_none();
        (reserved && is_packed).then(|| Money::new(claimed, self.currency))
    }

    /// The columns of all units and charges.
    pub fn whole_share(&self) -> Share {
        Share::of(&self.units).with(&self.charges)
    }
}
