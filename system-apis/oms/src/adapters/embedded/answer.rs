//! What the embedded OMS answers and announces, in its vocabulary.
#![expect(
    clippy::struct_field_names,
    reason = "a vendor names its fields as it likes"
)]

use super::request::DispositionCode;
use crossdock_model::Timestamp;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StockLevels {
    pub(super) as_of: Timestamp,
    pub(super) stock: Vec<StockRow>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StockRow {
    pub(super) sku: String,
    pub(super) node: String,
    pub(super) on_hand: i64,
    pub(super) allocated: i64,
    pub(super) held: i64,
    pub(super) free: i64,
    pub(super) blocked: i64,
    pub(super) seq: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hold {
    pub(super) hold_no: String,
    pub(super) order_no: String,
    pub(super) state: HoldState,
    pub(super) parts: Vec<Part>,
    pub(super) expires_at: Timestamp,
    pub(super) partial: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum HoldState {
    Held,
    Consumed,
    Released,
    Expired,
}

#[derive(Debug, Deserialize)]
pub(super) struct Part {
    pub(super) item: String,
    pub(super) sku: String,
    pub(super) node: Option<String>,
    pub(super) asked: u32,
    pub(super) got: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReleasedStock {
    pub(super) number: Option<String>,
    pub(super) order_no: String,
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    pub(super) number: String,
    pub(super) order_no: String,
    pub(super) state: OrderState,
    pub(super) items: Vec<OrderItem>,
    pub(super) fulfilments: Vec<Fulfilment>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum OrderState {
    Open,
    Shipped,
    Cancelled,
}

#[derive(Debug, Deserialize)]
pub(super) struct OrderItem {
    pub(super) item: String,
    pub(super) sku: String,
    pub(super) qty: u32,
    pub(super) backordered: u32,
    pub(super) shipped: u32,
    pub(super) cancelled: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LineCancellation {
    pub(super) number: String,
    pub(super) cancellation_no: String,
    pub(super) order_no: String,
    pub(super) items: Vec<CancelledItem>,
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CancelledItem {
    pub(super) item: String,
    pub(super) qty: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fulfilment {
    pub(super) no: String,
    pub(super) order_no: String,
    pub(super) node: String,
    pub(super) state: FulfilmentStatus,
    pub(super) version: u32,
    pub(super) attempt: u32,
    pub(super) authorised: bool,
    pub(super) items: Vec<FulfilmentItem>,
    pub(super) reason: Option<String>,
    pub(super) shipment: Option<Parcel>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum FulfilmentStatus {
    Open,
    Accepted,
    Picked,
    Packed,
    Shipped,
    Rejected,
    Incomplete,
    Cancelled,
}

#[derive(Debug, Deserialize)]
pub(super) struct FulfilmentItem {
    pub(super) item: String,
    pub(super) sku: String,
    pub(super) qty: u32,
    pub(super) picked: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Parcel {
    pub(super) no: String,
    pub(super) carrier: String,
    pub(super) tracking: String,
    pub(super) at: Timestamp,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BookedReceipt {
    pub(super) number: String,
    pub(super) return_no: String,
    pub(super) order_no: String,
    pub(super) node: String,
    pub(super) items: Vec<BookedItem>,
    pub(super) at: Timestamp,
}

#[derive(Debug, Deserialize)]
pub(super) struct BookedItem {
    pub(super) item: String,
    pub(super) sku: String,
    pub(super) qty: u32,
    pub(super) disposition: DispositionCode,
    pub(super) condition: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Webhook {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) data: WebhookData,
}

#[derive(Debug, Deserialize)]
pub(super) struct WebhookData {
    pub(super) merchant: String,
    pub(super) tag: Option<String>,
    pub(super) fulfilment: Fulfilment,
    #[serde(default)]
    pub(super) missing: Vec<Units>,
    #[serde(default)]
    pub(super) backordered: Vec<Units>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Units {
    pub(super) item: String,
    pub(super) sku: String,
    pub(super) qty: u32,
}
