//! What travels over the OMS's own HTTP API, as the vendor names it.
#![expect(
    clippy::struct_field_names,
    reason = "a vendor names its fields as it likes"
)]

use crate::codes::{Disposition, FulfilmentState, HoldState, OrderState, Route};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A line that stock is wanted for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Item {
    pub(crate) item: String,
    pub(crate) sku: String,
    pub(crate) qty: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) node: Option<String>,
    pub(crate) route: Route,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewHold {
    pub(crate) order_no: String,
    pub(crate) items: Vec<Item>,
    pub(crate) ttl_seconds: u32,
    pub(crate) partial: bool,
}

/// Holds an order's reservation for longer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewExtension {
    pub(crate) ttl_seconds: u32,
}

/// A part of an item at one node; without a node it is short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    pub(crate) item: String,
    pub(crate) sku: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) node: Option<String>,
    pub(crate) asked: u32,
    pub(crate) got: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hold {
    pub(crate) hold_no: String,
    pub(crate) order_no: String,
    pub(crate) state: HoldState,
    pub(crate) parts: Vec<Part>,
    pub(crate) expires_at: Timestamp,
    pub(crate) partial: bool,
}

/// What was given back, by a release or a cancellation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReleasedStock {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<String>,
    pub(crate) order_no: String,
    pub(crate) parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewOrder {
    pub(crate) order_no: String,
    pub(crate) ship_to: ShipTo,
    pub(crate) items: Vec<Item>,
    /// Whether parcels wait until the merchant authorises their shipment.
    pub(crate) gated: bool,
    /// The merchant's own correlation id, given back with every webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ShipTo {
    pub(crate) country: String,
    pub(crate) state: String,
    pub(crate) zip: String,
    pub(crate) city: String,
    pub(crate) street: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    pub(crate) number: String,
    pub(crate) order_no: String,
    pub(crate) state: OrderState,
    pub(crate) items: Vec<OrderItem>,
    pub(crate) fulfilments: Vec<Fulfilment>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderItem {
    pub(crate) item: String,
    pub(crate) sku: String,
    pub(crate) qty: u32,
    pub(crate) backordered: u32,
    pub(crate) shipped: u32,
    pub(crate) cancelled: u32,
}

/// A request to give up units of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewLineCancellation {
    pub(crate) cancellation_no: String,
    pub(crate) items: Vec<CancelledItem>,
}

/// Units of one item that are given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CancelledItem {
    pub(crate) item: String,
    pub(crate) qty: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineCancellation {
    pub(crate) number: String,
    pub(crate) cancellation_no: String,
    pub(crate) order_no: String,
    pub(crate) items: Vec<CancelledItem>,
    /// The stock that was given back; units that were backordered had none.
    pub(crate) parts: Vec<Part>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fulfilment {
    pub(crate) no: String,
    pub(crate) order_no: String,
    pub(crate) node: String,
    pub(crate) state: FulfilmentState,
    pub(crate) version: u32,
    pub(crate) attempt: u32,
    pub(crate) authorised: bool,
    pub(crate) items: Vec<FulfilmentItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shipment: Option<Parcel>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FulfilmentItem {
    pub(crate) item: String,
    pub(crate) sku: String,
    pub(crate) qty: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picked: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parcel {
    pub(crate) no: String,
    pub(crate) carrier: String,
    pub(crate) tracking: String,
    pub(crate) at: Timestamp,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct RejectRequest {
    pub(crate) reason: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PickRequest {
    pub(crate) items: Vec<PickedItem>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PickedItem {
    pub(crate) item: String,
    pub(crate) picked: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ShipRequest {
    pub(crate) carrier: String,
    pub(crate) tracking: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewReceipt {
    pub(crate) return_no: String,
    pub(crate) order_no: String,
    pub(crate) node: String,
    pub(crate) items: Vec<ReturnedItem>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ReturnedItem {
    pub(crate) item: String,
    pub(crate) sku: String,
    pub(crate) qty: u32,
    pub(crate) disposition: Disposition,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    pub(crate) number: String,
    pub(crate) return_no: String,
    pub(crate) order_no: String,
    pub(crate) node: String,
    pub(crate) items: Vec<BookedItem>,
    pub(crate) at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BookedItem {
    pub(crate) item: String,
    pub(crate) sku: String,
    pub(crate) qty: u32,
    pub(crate) disposition: Disposition,
    pub(crate) condition: String,
}

/// How many units of a SKU lie at a node in sellable condition, the promised ones included.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewCount {
    pub(crate) node: String,
    pub(crate) sku: String,
    pub(crate) counted: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StockRow {
    pub(crate) sku: String,
    pub(crate) node: String,
    pub(crate) on_hand: i64,
    pub(crate) allocated: i64,
    pub(crate) held: i64,
    pub(crate) free: i64,
    /// Not for sale until somebody has counted the shelf.
    pub(crate) blocked: i64,
    pub(crate) seq: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StockLevels {
    pub(crate) as_of: Timestamp,
    pub(crate) stock: Vec<StockRow>,
}

/// What a webhook about a fulfilment order says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookData {
    pub(crate) merchant: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<String>,
    pub(crate) fulfilment: Fulfilment,
    /// Units that were not found or not taken on, by item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) missing: Vec<Units>,
    /// The part of them that no other node has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) backordered: Vec<Units>,
    /// Units of the order that have still to ship after this.
    pub(crate) open_units: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Units {
    pub(crate) item: String,
    pub(crate) sku: String,
    pub(crate) qty: u32,
}
