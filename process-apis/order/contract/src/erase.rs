//! Erasing what is known of the person that an order went to.

use crossdock_model::{OrderId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request to erase an order's personal data; refused while the order still needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ErasePersonalData {
    /// Why; no free text, because the reason stays.
    pub reason: ErasureReason,
}

/// The reasons for which somebody asks to erase personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ErasureReason {
    /// The person asked for it.
    PersonRequest,
    /// It has been kept for as long as the retailer keeps it.
    RetentionEnded,
}

/// Personal data that was erased; ids and amounts of the order stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalDataErased {
    /// The order whose personal data it was.
    pub order_id: OrderId,
    /// When it was erased, the first time that it was asked for.
    pub at: Timestamp,
}
