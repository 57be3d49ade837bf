//! What a return is asked with and answered with.

use crossdock_model::{
    CustomerId, ExternalRef, LineId, LocationId, Money, OrderId, Quantity, ReturnId, Sku,
    Timestamp, UnitRange,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A return to be evaluated as a dry run: nothing is promised, nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EvaluateReturn {
    /// The order that the goods were sold with.
    pub order_id: OrderId,
    /// The lines that would come back, with their quantities.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<ReturnLine>,
    /// The customer who is asking, where there is one; must be the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

/// A return to be committed: the goods are here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CommitReturn {
    /// The order that the goods were sold with.
    pub order_id: OrderId,
    /// The lines that came back, with their quantities and conditions.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<ReturnLine>,
    /// The store or warehouse that took the goods.
    pub location: LocationId,
    /// The channel that took the return, `pos`.
    #[schema(max_length = 64)]
    pub channel: String,
    /// The customer who is asking, where there is one; must be the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

/// Some units of a line, in one condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReturnLine {
    /// The line's id in the order.
    pub line_id: LineId,
    /// Units of the line that come back.
    pub quantity: Quantity,
    /// The reason in the customer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub reason: Option<String>,
    /// The condition that decides where the goods go.
    #[serde(default)]
    pub condition: Condition,
}

/// The condition of returned goods.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// As new: it can be sold again at once.
    #[default]
    Resaleable,
    /// Needs work before it can be sold again.
    Opened,
    /// Cannot be sold again.
    Damaged,
}

/// Where returned goods go, decided by their condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// Back into saleable stock.
    Restock,
    /// To be repaired or repacked before it is sold again.
    Refurbish,
    /// Written off and thrown away.
    Scrap,
}

/// What a return would bring, looked up in the order as sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// The order that the units were sold with.
    pub order_id: OrderId,
    /// The units that it would take, with what each of them brings.
    pub units: Vec<ReturnedUnits>,
    /// Money back to the card, tax included; nothing for units whose money went back at the payment provider.
    pub refund: Money,
    /// What has to be decided before any of it goes back, in words for people: another refund that nobody has attributed,
    /// or a dispute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_waits: Option<String>,
    /// The tax within what was paid for the units.
    pub tax: Money,
    /// Burnt points that would be restored.
    pub points_restored: i64,
    /// Earned points that would be reversed.
    pub points_reversed: i64,
    /// When the return window of the first of these units closes.
    pub window_ends: Timestamp,
}

/// Neighbouring units of a line that come back alike, with the frozen part that each has of the sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnedUnits {
    /// Which units: the order line with the first and the last number in it, `A#1..A#3`.
    pub units: UnitRange,
    /// How many they are.
    pub quantity: Quantity,
    /// The product that comes back.
    pub sku: Sku,
    /// What becomes of the goods: saleable stock, refurbishment or scrap.
    pub disposition: Disposition,
    /// Money back for each, tax included.
    pub refund: Money,
    /// The tax within the refund of each.
    pub tax: Money,
    /// Points burnt for each, which are restored.
    pub points_restored: i64,
    /// Points earned by each, which are reversed.
    pub points_reversed: i64,
}

/// A return as its channels and agents read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnView {
    /// The return's id, which is its reference at every backend.
    pub id: ReturnId,
    /// The order that the units were sold with.
    pub order_id: OrderId,
    /// The store or warehouse that took the goods.
    pub location: LocationId,
    /// The channel that took the return.
    pub channel: String,
    /// Whether all of its legs are settled.
    pub status: ReturnStatus,
    /// The units that came back.
    pub units: Vec<ReturnedUnits>,
    /// Money back to the card, tax included.
    pub refund: Money,
    /// The tax within the refund.
    pub tax: Money,
    /// Burnt points that are restored.
    pub points_restored: i64,
    /// Earned points that are reversed.
    pub points_reversed: i64,
    /// Its four legs: refund, stock, loyalty, books.
    pub legs: Vec<LegView>,
    /// When the pivot was committed: the return was accepted.
    pub decided_at: Timestamp,
    /// When every leg had been read back from its system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
}

/// Whether all legs of a return are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnStatus {
    /// Decided; its legs are on their way.
    Settling,
    /// All four legs confirmed and read back from their systems.
    Closed,
}

/// One of the four legs of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegView {
    /// The leg's name: `refund`, `stock`, `loyalty` or `books`.
    pub leg: String,
    /// Whether the leg is settled.
    pub state: LegState,
    /// The backends' references, as read back.
    pub references: Vec<ExternalRef>,
}

/// Whether a leg is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LegState {
    /// Not yet confirmed by its systems.
    Open,
    /// Confirmed, and read back from its systems.
    Settled,
    /// There was nothing to do, such as no points burnt or earned.
    NotNeeded,
}
