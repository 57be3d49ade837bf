//! The receipt of returned goods: what came back where, and what becomes of it.

use crossdock_model::{ExternalRef, LineId, LocationId, Quantity, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What becomes of returned goods; only restocked ones can be sold again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// Back on the shelf as new.
    Restock,
    /// To be mended first.
    Refurbish,
    /// Back to the vendor.
    ReturnToVendor,
    /// Thrown away.
    Scrap,
}

/// Book returned goods in; a second one with the same reference answers the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReceiveReturn {
    /// The return's id: the natural key.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// The order's id.
    #[schema(min_length = 1, max_length = 64)]
    pub order: String,
    /// Where the goods are; any location, not only the one that shipped them.
    pub location: LocationId,
    /// What came back.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<ReturnLine>,
}

/// Returned goods of one line with one disposition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReturnLine {
    /// The order's line.
    pub line: LineId,
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
    /// What becomes of them.
    pub disposition: Disposition,
}

/// Returned goods as booked in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Its number at the OMS, `RC-000123`.
    pub reference: ExternalRef,
    /// The return's id.
    #[serde(rename = "return")]
    pub return_id: String,
    /// The order's id.
    pub order: String,
    /// Where the goods are.
    pub location: LocationId,
    /// What was booked in.
    pub lines: Vec<ReceiptLine>,
    /// When.
    pub received_at: Timestamp,
}

/// Goods booked in under one condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptLine {
    /// The order's line.
    pub line: LineId,
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
    /// What becomes of them.
    pub disposition: Disposition,
    /// The condition they are counted under, `new` for what can be sold again.
    #[schema(example = "new")]
    pub condition: String,
}
