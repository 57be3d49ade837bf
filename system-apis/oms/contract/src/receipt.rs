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
    /// The goods are repaired before they can be sold again.
    Refurbish,
    /// The goods go back to the vendor who made them.
    ReturnToVendor,
    /// The goods are thrown away.
    Scrap,
}

/// Book returned goods in; a second one with the same reference answers the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReceiveReturn {
    /// The return's id: the natural key.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// Our id of the order that it belongs to.
    #[schema(min_length = 1, max_length = 64)]
    pub order: String,
    /// Where the goods are; any location, not only the one that shipped them.
    pub location: LocationId,
    /// The goods that came back, by line.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<ReturnLine>,
}

/// Returned goods of one line with one disposition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReturnLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// The units of the item, at least one.
    pub quantity: Quantity,
    /// What becomes of the goods, which decides whether they can be sold again.
    pub disposition: Disposition,
}

/// Returned goods as booked in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Its number at the OMS, `RC-000123`.
    pub reference: ExternalRef,
    /// Our id of the return, the natural key of the receipt.
    #[serde(rename = "return")]
    pub return_id: String,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// The location that has the goods now.
    pub location: LocationId,
    /// The goods that were received, by line.
    pub lines: Vec<ReceiptLine>,
    /// When the goods were received.
    pub received_at: Timestamp,
}

/// Goods booked in under one condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// The units of the item, at least one.
    pub quantity: Quantity,
    /// What becomes of the goods, which decides whether they can be sold again.
    pub disposition: Disposition,
    /// The condition they are counted under, `new` for what can be sold again.
    #[schema(example = "new")]
    pub condition: String,
}
