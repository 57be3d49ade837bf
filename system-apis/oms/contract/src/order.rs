//! An order at the OMS: what is to be fulfilled, and by which fulfilment orders.

use crate::{FulfilmentOrder, ReservedLine, WantedLine};
use crossdock_model::{Address, ExternalRef, LineId, Sku};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Hand a placed order to fulfilment; a second one with the same reference answers the first.
///
/// It takes over the order's reservation. What that does not hold any more is sourced anew; what
/// nobody has is accepted and flagged as backordered, for a placed order is never refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CreateOrder {
    /// The order's id: the natural key.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// The address that the goods go to.
    pub ship_to: Address,
    /// The lines of the order, at least one.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<WantedLine>,
}

/// Where an order stands at the OMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OmsOrderState {
    /// It is being fulfilled, or waits for stock.
    Open,
    /// Every unit of it that was not cancelled has shipped.
    Shipped,
    /// All of it was cancelled, before anything of it was packed.
    Cancelled,
}

/// An order at the OMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OmsOrder {
    /// Its number at the OMS.
    pub reference: ExternalRef,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// Whether it is open, shipped or cancelled.
    pub state: OmsOrderState,
    /// The lines, with what is backordered, shipped and cancelled of each.
    pub lines: Vec<OmsLine>,
    /// Its fulfilment orders, oldest first, the finished ones included.
    pub fulfilment_orders: Vec<FulfilmentOrder>,
    /// Whether some line is backordered.
    pub backordered: bool,
}

/// A line of an order at the OMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OmsLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// The units that were ordered.
    pub quantity: u32,
    /// How many of them nobody has.
    pub backordered: u32,
    /// The units that have shipped so far.
    pub shipped: u32,
    /// The units of it that were cancelled.
    pub cancelled: u32,
}

/// Cancel an order that is not packed anywhere; cancelling what does not exist is success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CancelOrder {
    /// Our id of the order, the natural key: a second request under it answers the first.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
}

/// A cancelled order. A create that comes late is refused as `tombstoned`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cancelled {
    /// The order's number at the OMS; absent when it never had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ExternalRef>,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// The stock that was given back, by location.
    pub released: Vec<ReservedLine>,
}
