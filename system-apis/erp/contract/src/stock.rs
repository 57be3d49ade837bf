//! Stock as the ERP values it: quantities per SKU, location and condition.

use crossdock_model::{LocationId, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which SKUs' stock is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockLookup {
    /// The wanted SKUs; one without stock has no level in the answer.
    #[schema(min_items = 1, max_items = 500)]
    pub skus: Vec<Sku>,
}

/// The stock at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockSnapshot {
    /// When the ERP read it.
    pub as_of: Timestamp,
    /// One level per SKU, location and condition.
    pub levels: Vec<StockLevel>,
}

/// How many of a SKU lie where, in which condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockLevel {
    /// The item that is counted.
    pub sku: Sku,
    /// The location where it is.
    pub location: LocationId,
    /// The condition it is in, `new` where it can be sold.
    #[schema(example = "new", max_length = 32)]
    pub condition: String,
    /// The units on hand, below zero where more was issued than received.
    #[schema(minimum = 0)]
    pub on_hand: i64,
}
