//! The order record: what was sold, to whom, against which backends, and where each unit is.

use crate::{Charge, Share, Unit, UnitState};
use crossdock_model::{
    Address, ConnectorName, Correlation, Currency, CustomerId, LineId, LocationId, MemberId, Money,
    OrderId, PointsRate, Program, Quantity, Refusal, ReturnId, Sku, Timestamp, UnitId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An order, from RECEIVED on; the allocation in `units` and `charges` never changes after the pivot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Ours.
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
    /// Where it goes.
    pub ship_to: Address,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
    /// Shipping and the like.
    pub charges: Vec<Charge>,
    /// In stack order.
    pub promotions: Vec<AppliedPromotion>,
    /// Points burnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<Redemption>,
    /// Points earned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earn: Option<Earn>,
    /// The sums.
    pub totals: Totals,
    /// One frozen row a unit.
    pub units: Vec<Unit>,
    /// The backend instances that settle it, whatever the routing says later.
    pub pins: Pins,
    /// SHA-256 of the quote's content, hexadecimal.
    pub quote_hash: String,
    /// SHA-256 of what the channel asked for; tells a repeat from a reuse of the reference.
    pub request_hash: String,
    /// Where it stands as a whole.
    pub lifecycle: Lifecycle,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Refusal>,
    /// What has left, or is about to.
    #[serde(default)]
    pub shipments: Vec<Shipment>,
    /// The journey that every event of it shares.
    pub correlation: Correlation,
    /// When it was received.
    pub received_at: Timestamp,
    /// When it was accepted: the pivot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_at: Option<Timestamp>,
}

/// Who took the money.
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
    /// Cancelled as a whole before shipment.
    Cancelled,
    /// Refused before the pivot; everything undone.
    Rejected,
}

/// A line as ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// Its id within the order.
    pub id: LineId,
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
    /// List price of one.
    pub unit_price: Money,
    /// For the tax system.
    pub tax_category: String,
}

/// A promotion as applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppliedPromotion {
    /// The loyalty engine's id.
    pub id: String,
    /// And version.
    pub version: String,
    /// As shown to the customer.
    pub name: String,
    /// Promotions apply in this order.
    pub stack_order: u32,
    /// Who pays for it.
    pub funding: Funding,
    /// One line or the whole order.
    pub scope: PromotionScope,
    /// What it takes off, positive.
    pub amount: Money,
}

/// What a promotion applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PromotionScope {
    /// One line.
    Line(LineId),
    /// All lines, by their net.
    Order,
}

/// Who pays for a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Funding {
    /// The retailer.
    Retailer,
    /// A sponsor, who reimburses it.
    ThirdParty {
        /// Who.
        sponsor: String,
    },
}

/// How burnt points meet tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// They reduce what is taxed.
    PreTaxDiscount,
    /// They pay, like a tender.
    PostTaxTender,
}

/// Points burnt, at a frozen value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Redemption {
    /// Of which programme.
    pub program: Program,
    /// How many.
    pub points: i64,
    /// What they are worth here.
    pub value: Money,
    /// How they meet tax.
    pub treatment: Treatment,
    /// Who pays for them.
    pub funding: Funding,
}

/// Points to earn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Earn {
    /// Of which programme.
    pub program: Program,
    /// How many, over all units.
    pub points: i64,
    /// The engine's rule and its version.
    pub rule: String,
    /// What a point is worth in the books.
    pub liability_rate: PointsRate,
}

/// The sums of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// List prices.
    pub gross: Money,
    /// Promotions, positive.
    pub promotions: Money,
    /// Value of the points burnt, positive.
    pub points: Money,
    /// Shipping and the like, without tax.
    pub charges: Money,
    /// Tax.
    pub tax: Money,
    /// What the card pays.
    pub card: Money,
}

/// The connector instances that settle an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pins {
    /// Sales order, invoice, credit memo, journal.
    pub erp_finance: ConnectorName,
    /// Goods issue and receipt.
    pub erp_stock: ConnectorName,
    /// Reservation, fulfilment, return receipt.
    pub oms: ConnectorName,
    /// Hold, burn, accrual.
    pub loyalty: ConnectorName,
    /// Authorisation, capture, refund.
    pub payment: ConnectorName,
    /// Tax documents.
    pub tax: ConnectorName,
}

/// Units that leave together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shipment {
    /// The fulfilment order's id at the OMS; also the shipment's reference everywhere.
    pub id: String,
    /// Where it leaves from.
    pub location: LocationId,
    /// Which units.
    pub units: Vec<UnitId>,
    /// The carrier's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    /// When it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_at: Option<Timestamp>,
}

impl Order {
    /// The record kind in the store.
    pub const KIND: &'static str = "order";

    /// Units in the given state, in order.
    pub fn units_in(&self, state: UnitState) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(move |unit| unit.state == state)
    }

    /// The rows of these units, all of which must be units of this order.
    pub fn rows<'a>(&'a self, ids: &'a [UnitId]) -> Vec<&'a Unit> {
        ids.iter()
            .filter_map(|id| self.units.iter().find(|unit| &unit.id == id))
            .collect()
    }

    /// What the points that these units earn are worth in the books, in minor units.
    ///
    /// Each unit has its own part of what all points are worth, so the parts sum up exactly however
    /// the units leave and come back.
    pub fn earned_liability(&self, ids: &[UnitId]) -> Result<i64, Refusal> {
        let Some(earn) = &self.earn else { return Ok(0) };
        let worth = |points| {
            let value = earn.liability_rate.value(points, self.currency);
            value.map_err(|error| Refusal::new("amount_mismatch", error.to_string()))
        };
        let (mut before, mut sum) = (0, 0);
        for unit in &self.units {
            let with = before + unit.earn_points;
            if ids.contains(&unit.id) {
                sum += worth(with)?.minor - worth(before)?.minor;
            }
            before = with;
        }
        Ok(sum)
    }

    /// The columns of a shipment: its units and the charges captured with it.
    pub fn shipment_share(&self, shipment: &str) -> Share {
        let with = |held: &Option<String>| held.as_deref() == Some(shipment);
        let units = self.units.iter().filter(|unit| with(&unit.shipment));
        Share::of(units).with(self.charges.iter().filter(|charge| with(&charge.shipment)))
    }

    /// The columns of the whole order.
    pub fn whole_share(&self) -> Share {
        Share::of(&self.units).with(&self.charges)
    }

    /// Money of units that have not been returned or cancelled: what would be lost if nothing were settled.
    pub fn kept_money(&self) -> Money {
        let kept = self
            .units
            .iter()
            .filter(|unit| !matches!(unit.state, UnitState::Returned | UnitState::Cancelled));
        Share::of(kept).with(&self.charges).paid(self.currency)
    }

    /// Assigns a shipment's units, lowest free number first; the first shipment takes the charges along.
    ///
    /// Refuses when more units of a line are to leave than are free: the shipment is not this order's.
    pub fn pack(
        &mut self,
        shipment: &str,
        location: LocationId,
        lines: &[(LineId, u32)],
    ) -> Result<Vec<UnitId>, Refusal> {
        let mut packed = Vec::new();
        for (line, quantity) in lines {
            let free: Vec<UnitId> = self
                .units_in(UnitState::Open)
                .filter(|unit| &unit.id.line == line)
                .map(|unit| unit.id.clone())
                .take(*quantity as usize)
                .collect();
            if free.len() < *quantity as usize {
                let detail = format!(
                    "shipment {shipment} takes {quantity} of line {line}, only {} are still here",
                    free.len()
                );
                return Err(Refusal::new("wrong_state", detail));
            }
            packed.extend(free);
        }
        for unit in self
            .units
            .iter_mut()
            .filter(|unit| packed.contains(&unit.id))
        {
            unit.state = UnitState::Packed;
            unit.shipment = Some(shipment.to_owned());
        }
        for charge in self
            .charges
            .iter_mut()
            .filter(|charge| charge.shipment.is_none())
        {
            charge.shipment = Some(shipment.to_owned());
        }
        self.shipments.push(Shipment {
            id: shipment.to_owned(),
            location,
            units: packed.clone(),
            tracking: None,
            shipped_at: None,
        });
        Ok(packed)
    }

    /// A packed shipment has left.
    pub fn ship(&mut self, shipment: &str, tracking: Option<String>, at: Timestamp) {
        for unit in &mut self.units {
            if unit.shipment.as_deref() == Some(shipment) && unit.state == UnitState::Packed {
                unit.state = UnitState::Shipped;
            }
        }
        if let Some(left) = self.shipments.iter_mut().find(|left| left.id == shipment) {
            left.tracking = tracking;
            left.shipped_at = Some(at);
        }
        let open = self
            .units
            .iter()
            .any(|u| matches!(u.state, UnitState::Open | UnitState::Packed));
        if !open {
            self.lifecycle = Lifecycle::Completed;
        }
    }

    /// Every unit is given up before it was shipped.
    pub fn cancel(&mut self) {
        for unit in &mut self.units {
            unit.state = UnitState::Cancelled;
        }
        self.lifecycle = Lifecycle::Cancelled;
    }

    /// Takes units back, lowest shipped number first; answers their ids.
    ///
    /// Refuses units that never left, came back before, or were never sold.
    pub fn take_back(
        &mut self,
        return_id: ReturnId,
        lines: &[(LineId, u32)],
    ) -> Result<Vec<UnitId>, Refusal> {
        let taken = self.returnable(lines)?;
        for unit in self
            .units
            .iter_mut()
            .filter(|unit| taken.contains(&unit.id))
        {
            unit.state = UnitState::Returned;
            unit.returned_by = Some(return_id);
        }
        Ok(taken)
    }

    /// The units that a return of these quantities would take, or why it may not.
    pub fn returnable(&self, lines: &[(LineId, u32)]) -> Result<Vec<UnitId>, Refusal> {
        let mut taken: Vec<UnitId> = Vec::new();
        for (line, quantity) in lines {
            let sold = self
                .units
                .iter()
                .filter(|unit| &unit.id.line == line)
                .count();
            let here: Vec<UnitId> = self
                .units_in(UnitState::Shipped)
                .filter(|unit| &unit.id.line == line && !taken.contains(&unit.id))
                .map(|unit| unit.id.clone())
                .take(*quantity as usize)
                .collect();
            if here.len() < *quantity as usize {
                return Err(self.not_returnable(line, *quantity, sold, here.len()));
            }
            taken.extend(here);
        }
        Ok(taken)
    }

    fn not_returnable(&self, line: &LineId, asked: u32, sold: usize, here: usize) -> Refusal {
        let gone = self
            .units_in(UnitState::Returned)
            .filter(|unit| &unit.id.line == line)
            .count();
        if sold == 0 {
            return Refusal::new("not_found", format!("order {} has no line {line}", self.id));
        }
        let detail = format!(
            "line {line}: {asked} to return, {sold} sold, {gone} returned before, {here} can come back"
        );
        let code = if gone > 0 && asked as usize <= sold {
            "already_returned"
        } else {
            "return_over_quantity"
        };
        Refusal::new(code, detail)
    }
}
