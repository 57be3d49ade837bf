//! A line cancellation: units of an order that are given up before they are packed.

use crate::ReservedLine;
use crossdock_model::{ExternalRef, LineId, Quantity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Give up some units of an order that are not packed; all of them, or none.
///
/// A second one with the same reference answers the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CancelLines {
    /// Our id of the cancellation: the natural key.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// Our id of the order that the units belong to.
    #[schema(min_length = 1, max_length = 64)]
    pub order: String,
    /// The units to give up, each line named once.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<LineToCancel>,
}

/// Units of one line that are given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LineToCancel {
    /// The id of the order's line.
    pub line: LineId,
    /// The units of the line, at least one.
    pub quantity: Quantity,
}

/// Units that the OMS will not ship any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelledLines {
    /// Its number at the OMS, `LC-000123`.
    pub reference: ExternalRef,
    /// Our id of the cancellation, its natural key.
    pub cancellation: String,
    /// Our id of the order that the units belong to.
    pub order: String,
    /// The units that were given up, as they were asked.
    pub lines: Vec<LineToCancel>,
    /// The stock that was given back, by location; units that were backordered had none.
    pub released: Vec<ReservedLine>,
}
