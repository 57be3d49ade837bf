//! Cancelling an order before it is shipped.

use crossdock_model::{CustomerId, Money, OrderId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request to cancel; the OMS decides whether it still can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CancelOrder {
    /// Why, in the customer's or agent's words.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
    /// Who is asking, where a customer is; must be the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

/// A cancellation that the OMS accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cancelled {
    /// The order that was cancelled as a whole.
    pub order_id: OrderId,
    /// The authorisation that is voided.
    pub released: Money,
    /// Burnt points that are restored to the member.
    pub points_restored: i64,
    /// When the cancellation was recorded, after the OMS had accepted it.
    pub at: Timestamp,
}
