//! The embedded ERP's answers as they arrive.

use crossdock_model::{Sku, Timestamp};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Items {
    pub(crate) items: Vec<Item>,
    #[serde(default)]
    pub(crate) more: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    pub(crate) code: Sku,
    pub(crate) ean: Option<String>,
    pub(crate) description: String,
    pub(crate) tax_class: String,
    pub(crate) brand: String,
    pub(crate) state: String,
    pub(crate) price: ItemPrice,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemPrice {
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) valid_from: Timestamp,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) version: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stock {
    pub(crate) read_at: Timestamp,
    pub(crate) quants: Vec<Quant>,
}

/// A quantity, or a change of one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Quant {
    pub(crate) item: Sku,
    pub(crate) plant: crossdock_model::LocationId,
    pub(crate) stock_type: String,
    pub(crate) qty: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Period {
    #[expect(clippy::struct_field_names, reason = "the vendor's own name")]
    pub(crate) period: String,
    pub(crate) state: String,
    pub(crate) next_open: Option<Date>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Documents {
    pub(crate) documents: Vec<Document>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    pub(crate) number: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) external_ref: String,
    pub(crate) order_ref: Option<String>,
    pub(crate) fiscal_period: String,
    pub(crate) posted_at: Timestamp,
    pub(crate) currency: Option<String>,
    pub(crate) total: Option<String>,
    pub(crate) cancelled_at: Option<Timestamp>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) movements: Vec<Quant>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    pub(crate) account: String,
    pub(crate) currency: String,
    pub(crate) debit: String,
    pub(crate) credit: String,
    pub(crate) text: Option<String>,
}
