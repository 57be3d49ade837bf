//! What can be promised of a SKU at a location.

use crossdock_model::{LocationId, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Sellable stock of one SKU at one location: `saleable = onHand - allocated - reserved`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Availability {
    /// The item that is counted.
    pub sku: Sku,
    /// The location where it is.
    pub location: LocationId,
    /// Counted there in sellable condition; below zero when a till sold what the books did not have.
    #[schema(example = 300)]
    pub on_hand: i64,
    /// Promised to fulfilment orders that have not shipped.
    #[schema(example = 2)]
    pub allocated: i64,
    /// Units that reservations hold for orders not placed yet.
    #[schema(example = 1)]
    pub reserved: i64,
    /// What may still be sold; never below zero.
    #[schema(example = 297)]
    pub saleable: i64,
    /// Not sold until somebody has counted them, because fewer were found than the books say.
    #[schema(example = 0)]
    pub blocked: i64,
    /// When the OMS said so.
    pub as_of: Timestamp,
    /// The number of the last change of this stock; a higher one is newer.
    pub source_seq: u64,
}
