//! Cancelling units of an order before they are packed.

use crossdock_model::{
    CancellationId, CustomerId, LineId, Money, OrderId, Quantity, Timestamp, UnitRange,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// A request to cancel an order or some of its units; the OMS decides whether it still can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CancelOrder {
    /// Why, in the customer's or agent's words.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
    /// Who is asking, where a customer is; must be the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What is given up, each line once; the whole order where it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub lines: Vec<CancelLine>,
}

/// What is given up of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CancelLine {
    /// The line, by its id within the order.
    pub line_id: LineId,
    /// How many units; all that is left of the line where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
}

/// Who decided that units are not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DecidedBy {
    /// The customer who ordered them.
    Customer,
    /// An agent or an application on the retailer's behalf.
    Agent,
    /// Crossdock, because nobody has the goods.
    System,
}

impl fmt::Display for DecidedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::System => "system",
        })
    }
}

/// Units that are not delivered, with what becomes of their money and points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cancelled {
    /// The cancellation, as the backends know it.
    pub id: CancellationId,
    /// The order that they were sold with.
    pub order_id: OrderId,
    /// The units that are given up, lowest numbers of a line first.
    pub units: Vec<UnitRange>,
    /// Reserved money that is not captured for them any more.
    pub released: Money,
    /// Money that was paid for them elsewhere and has to go back where it was paid.
    pub owed: Money,
    /// Burnt points that are restored to the member.
    pub points_restored: i64,
    /// Points that they would have earned, which are taken back.
    #[expect(
        clippy::struct_field_names,
        reason = "`points` alone would not say which"
    )]
    pub points_cancelled: i64,
    /// When the cancellation was recorded, after the OMS had accepted it.
    pub at: Timestamp,
}
