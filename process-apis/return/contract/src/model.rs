//! What a return is asked with and answered with.

use crossdock_model::{
    CustomerId, ExternalRef, LineId, LocationId, Money, OrderId, Quantity, ReturnId, Sku,
    Timestamp, UnitId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A return to be evaluated: nothing is promised, nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EvaluateReturn {
    /// The order that the goods were sold with.
    pub order_id: OrderId,
    /// What comes back.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<ReturnLine>,
    /// Who is asking, where a customer is; must be the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

/// A return that is done: the goods are here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CommitReturn {
    /// The order that the goods were sold with.
    pub order_id: OrderId,
    /// What came back.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<ReturnLine>,
    /// Where: the store or warehouse.
    pub location: LocationId,
    /// The channel that took it, `pos`.
    #[schema(max_length = 64)]
    pub channel: String,
    /// Who is asking, where a customer is; must be the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

/// Some units of a line, in one condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReturnLine {
    /// The order's line.
    pub line_id: LineId,
    /// How many.
    pub quantity: Quantity,
    /// Why, in the customer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub reason: Option<String>,
    /// What state it is in.
    #[serde(default)]
    pub condition: Condition,
}

/// What state returned goods are in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// As new: back on the shelf.
    #[default]
    Resaleable,
    /// Needs work before it can be sold.
    Opened,
    /// Broken.
    Damaged,
}

/// Where returned goods go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// Back on the shelf.
    Restock,
    /// To be made good.
    Refurbish,
    /// Thrown away.
    Scrap,
}

/// What a return would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// The order.
    pub order_id: OrderId,
    /// The units it would take.
    pub units: Vec<ReturnedUnit>,
    /// Money back to the card, tax included.
    pub refund: Money,
    /// The tax in it.
    pub tax: Money,
    /// Burnt points that come back.
    pub points_restored: i64,
    /// Earned points that are taken back.
    pub points_reversed: i64,
    /// Until when it may be returned.
    pub window_ends: Timestamp,
}

/// One unit of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnedUnit {
    /// Which.
    pub unit: UnitId,
    /// What.
    pub sku: Sku,
    /// Where it goes.
    pub disposition: Disposition,
    /// Money back for it, tax included.
    pub refund: Money,
    /// The tax in it.
    pub tax: Money,
    /// Burnt points that come back.
    pub points_restored: i64,
    /// Earned points that are taken back.
    pub points_reversed: i64,
}

/// A return as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnView {
    /// Ours.
    pub id: ReturnId,
    /// The order.
    pub order_id: OrderId,
    /// Where it was taken.
    pub location: LocationId,
    /// The channel that took it.
    pub channel: String,
    /// Where it stands.
    pub status: ReturnStatus,
    /// What came back.
    pub units: Vec<ReturnedUnit>,
    /// Money back to the card, tax included.
    pub refund: Money,
    /// The tax in it.
    pub tax: Money,
    /// Burnt points that come back.
    pub points_restored: i64,
    /// Earned points that are taken back.
    pub points_reversed: i64,
    /// The four legs: refund, stock, loyalty, books.
    pub legs: Vec<LegView>,
    /// When it was decided: the pivot.
    pub decided_at: Timestamp,
    /// When every leg had been read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
}

/// Where a return stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnStatus {
    /// Decided; its legs are on their way.
    Settling,
    /// All four legs confirmed and read back from their systems.
    Closed,
}

/// One leg of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegView {
    /// `refund`, `stock`, `loyalty` or `books`.
    pub leg: String,
    /// Where it stands.
    pub state: LegState,
    /// The backends' references, as read back.
    pub references: Vec<ExternalRef>,
}

/// Where a leg stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LegState {
    /// On its way.
    Open,
    /// Confirmed and read back.
    Settled,
    /// There was nothing to do, such as no points burnt or earned.
    NotNeeded,
}
