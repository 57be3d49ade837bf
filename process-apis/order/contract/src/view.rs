//! An order as its readers see it: the sums, the units, one display status.

use crate::{
    AppliedPromotion, Cancelled, Earn, Lifecycle, Mode, Order, OrderLine, Redemption, Shipment,
    Totals,
};
use crate::{UnitRun, UnitState};
use crossdock_model::{
    Correlation, Currency, CustomerId, MemberId, Money, OrderId, Refusal, ReturnId, Sku, Timestamp,
    UnitRange,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An order as its channels and agents read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    /// The order's id, as printed on the receipt's barcode.
    pub id: OrderId,
    /// The channel that sold it.
    pub channel: String,
    /// The channel's own reference of the order.
    pub channel_ref: String,
    /// The application that placed it.
    pub account: String,
    /// Whether it was paid here or elsewhere.
    pub mode: Mode,
    /// How far the order as a whole has come.
    pub lifecycle: Lifecycle,
    /// The status to show to people, one of schema.org's `OrderStatus`.
    pub status: Status,
    /// The customer who bought it; none for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The loyalty member who burns and earns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// The lines as ordered.
    pub lines: Vec<OrderLine>,
    /// The promotions applied, in the sequence that they apply in.
    pub promotions: Vec<AppliedPromotion>,
    /// The points burnt, with their value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<Redemption>,
    /// The points earned over all units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earn: Option<Earn>,
    /// The sums of all units and charges.
    pub totals: Totals,
    /// The units as sold, with where they are now; neighbours that are alike in one.
    pub units: Vec<UnitView>,
    /// The shipments packed so far, shipped or about to be.
    pub shipments: Vec<Shipment>,
    /// What was given up of it so far, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancellations: Vec<Cancelled>,
    /// The refusal that it was rejected with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub rejected: Option<Refusal>,
    /// The correlation id that every event of the order shares.
    pub correlation: Correlation,
    /// When the order was received.
    pub received_at: Timestamp,
    /// When the order was accepted; none before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_at: Option<Timestamp>,
}

/// Neighbouring units of a line that were sold alike and have come equally far, with what a return of each would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnitView {
    /// Which units: the order line with the first and the last number in it, `A#1..A#618`.
    pub units: UnitRange,
    /// How many they are.
    pub quantity: u32,
    /// The product that they are of.
    pub sku: Sku,
    /// How far they have come between sale, shipment and return.
    pub state: UnitState,
    /// Money paid for each, tax included: what a return refunds.
    pub paid: Money,
    /// The tax within the money paid for each.
    pub tax: Money,
    /// Points burnt for each: what a return restores.
    pub points_burnt: i64,
    /// Points earned by each: what a return takes back.
    pub points_earned: i64,
    /// The shipment they left with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<String>,
    /// The return that took them back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_by: Option<ReturnId>,
}

/// The status to show to people, named as in schema.org's `OrderStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Status {
    /// Received, and not yet accepted.
    PaymentDue,
    /// Accepted, not yet on its way.
    Processing,
    /// At least one unit is on its way.
    InTransit,
    /// Every unit that was not cancelled was returned.
    Returned,
    /// Every unit was cancelled before shipment.
    Cancelled,
    /// Refused, with everything held given back.
    Problem,
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id,
            channel: order.channel.clone(),
            channel_ref: order.channel_ref.clone(),
            account: order.account.clone(),
            mode: order.mode,
            lifecycle: order.lifecycle,
            status: status(order),
            customer: order.customer.clone(),
            member: order.member.clone(),
            lines: order.lines.clone(),
            promotions: order.promotions.clone(),
            redemption: order.redemption.clone(),
            earn: order.earn.clone(),
            totals: order.totals.clone(),
            units: order
                .units
                .iter()
                .map(|unit| unit_view(unit, order.currency))
                .collect(),
            shipments: order.shipments.clone(),
            cancellations: order.cancellations.clone(),
            rejected: order.rejected.clone(),
            correlation: order.correlation.clone(),
            received_at: order.received_at,
            placed_at: order.placed_at,
        }
    }
}

fn unit_view(unit: &UnitRun, currency: Currency) -> UnitView {
    UnitView {
        units: unit.units.clone(),
        quantity: unit.units.count(),
        sku: unit.sku.clone(),
        state: unit.state,
        paid: Money::new(unit.net_paid, currency),
        tax: Money::new(unit.tax, currency),
        points_burnt: unit.burn_points,
        points_earned: unit.earn_points,
        shipment: unit.shipment.clone(),
        returned_by: unit.returned_by,
    }
}

fn status(order: &Order) -> Status {
    let came_back = || {
        let mut sent = order.units.iter().map(|unit| unit.state);
        sent.all(|state| matches!(state, UnitState::Returned | UnitState::Cancelled))
    };
    let any = |state| order.units.iter().any(|unit| unit.state == state);
    match order.lifecycle {
        Lifecycle::Received => Status::PaymentDue,
        Lifecycle::Rejected => Status::Problem,
        Lifecycle::Cancelled => Status::Cancelled,
        Lifecycle::Placed | Lifecycle::Completed if came_back() => Status::Returned,
        Lifecycle::Placed | Lifecycle::Completed if any(UnitState::Shipped) => Status::InTransit,
        Lifecycle::Placed | Lifecycle::Completed => Status::Processing,
    }
}
