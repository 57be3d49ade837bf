//! An order as its readers see it: the sums, the units, one display status.

use crate::{
    AppliedPromotion, Earn, Lifecycle, Mode, Order, OrderLine, Redemption, Shipment, Totals,
};
use crate::{Unit, UnitState};
use crossdock_model::{
    Correlation, Currency, CustomerId, MemberId, Money, OrderId, Refusal, ReturnId, Sku, Timestamp,
    UnitId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An order as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    /// Ours.
    pub id: OrderId,
    /// The channel.
    pub channel: String,
    /// Its reference.
    pub channel_ref: String,
    /// The application that placed it.
    pub account: String,
    /// Who took the money.
    pub mode: Mode,
    /// Where the order stands as a whole.
    pub lifecycle: Lifecycle,
    /// One word for people, the names of schema.org's `OrderStatus`.
    pub status: Status,
    /// Who bought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Who burns and earns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
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
    /// Each unit as sold.
    pub units: Vec<UnitView>,
    /// What has left or is about to.
    pub shipments: Vec<Shipment>,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub rejected: Option<Refusal>,
    /// The journey's id.
    pub correlation: Correlation,
    /// When it was received.
    pub received_at: Timestamp,
    /// When it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_at: Option<Timestamp>,
}

/// A unit as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnitView {
    /// Which.
    pub id: UnitId,
    /// What.
    pub sku: Sku,
    /// Where it is.
    pub state: UnitState,
    /// Money paid for it, tax included: what a return refunds.
    pub paid: Money,
    /// The tax in it.
    pub tax: Money,
    /// Points burnt for it: what a return restores.
    pub points_burnt: i64,
    /// Points earned by it: what a return takes back.
    pub points_earned: i64,
    /// The shipment it left with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<String>,
    /// The return that took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_by: Option<ReturnId>,
}

/// Display status (schema.org `OrderStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Status {
    /// Received, not yet accepted.
    PaymentDue,
    /// Accepted, not yet on its way.
    Processing,
    /// At least one unit is on its way.
    InTransit,
    /// Every unit came back.
    Returned,
    /// Given up before shipment.
    Cancelled,
    /// Refused.
    Problem,
}

/// Ways to find an order without putting personal data into a URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OrderLookup {
    /// Our id, as printed on the receipt's barcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// The channel's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub channel_ref: Option<String>,
    /// A customer's golden id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// A customer's e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254)]
    pub email: Option<String>,
}

/// Which orders to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct OrderQuery {
    /// Only this customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
    /// From the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// At most so many (1 to 200, default 50).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
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
            rejected: order.rejected.clone(),
            correlation: order.correlation.clone(),
            received_at: order.received_at,
            placed_at: order.placed_at,
        }
    }
}

fn unit_view(unit: &Unit, currency: Currency) -> UnitView {
    UnitView {
        id: unit.id.clone(),
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
    let all = |state| order.units.iter().all(|unit| unit.state == state);
    let any = |state| order.units.iter().any(|unit| unit.state == state);
    match order.lifecycle {
        Lifecycle::Received => Status::PaymentDue,
        Lifecycle::Rejected => Status::Problem,
        Lifecycle::Cancelled => Status::Cancelled,
        Lifecycle::Placed | Lifecycle::Completed if all(UnitState::Returned) => Status::Returned,
        Lifecycle::Placed | Lifecycle::Completed if any(UnitState::Shipped) => Status::InTransit,
        Lifecycle::Placed | Lifecycle::Completed => Status::Processing,
    }
}
