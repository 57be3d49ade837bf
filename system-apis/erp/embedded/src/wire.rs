//! What travels over the ERP's own HTTP API, as the vendor names it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSalesOrder {
    pub(crate) company: String,
    pub(crate) external_ref: String,
    #[serde(default)]
    pub(crate) customer: Option<String>,
    pub(crate) currency: String,
    pub(crate) total: String,
    pub(crate) items: Vec<SalesItem>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SalesItem {
    pub(crate) line: String,
    pub(crate) item: String,
    pub(crate) qty: i64,
    pub(crate) unit_price: String,
    pub(crate) net: String,
}

/// Units to take off the sales order of that order.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSalesOrderAmendment {
    pub(crate) company: String,
    pub(crate) external_ref: String,
    pub(crate) order_ref: String,
    pub(crate) currency: String,
    pub(crate) total: String,
    pub(crate) reason: String,
    pub(crate) items: Vec<GoodsItem>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CancelSalesOrder {
    pub(crate) reason: String,
}

/// What every posting begins with: whose it is, the caller's reference, the dates it is booked under.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostingHeader {
    pub(crate) company: String,
    pub(crate) external_ref: String,
    #[serde(default)]
    pub(crate) posting_date: Option<Date>,
    #[serde(default)]
    pub(crate) document_date: Option<Date>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewGoodsIssue {
    #[serde(flatten)]
    pub(crate) head: PostingHeader,
    pub(crate) order_ref: String,
    pub(crate) plant: String,
    pub(crate) items: Vec<GoodsItem>,
}

/// Goods that move; without a stock type they come back without becoming stock.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GoodsItem {
    pub(crate) line: String,
    pub(crate) item: String,
    pub(crate) qty: i64,
    #[serde(default)]
    pub(crate) stock_type: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewInvoice {
    #[serde(flatten)]
    pub(crate) head: PostingHeader,
    pub(crate) order_ref: String,
    pub(crate) currency: String,
    pub(crate) items: Vec<InvoiceItem>,
    pub(crate) entries: Vec<LedgerEntry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InvoiceItem {
    pub(crate) line: String,
    pub(crate) item: String,
    pub(crate) qty: i64,
    pub(crate) net: String,
    pub(crate) tax: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewCustomerReturn {
    #[serde(flatten)]
    pub(crate) head: PostingHeader,
    pub(crate) order_ref: String,
    pub(crate) plant: String,
    pub(crate) items: Vec<GoodsItem>,
    /// With it the credit memo is booked in the same transaction.
    #[serde(default)]
    pub(crate) credit: Option<Vec<LedgerEntry>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewCreditMemo {
    #[serde(flatten)]
    pub(crate) head: PostingHeader,
    pub(crate) order_ref: String,
    pub(crate) entries: Vec<LedgerEntry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewJournalEntry {
    #[serde(flatten)]
    pub(crate) head: PostingHeader,
    pub(crate) template: String,
    pub(crate) source: String,
    pub(crate) entries: Vec<LedgerEntry>,
}

/// One side of one account, amounts as decimal text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LedgerEntry {
    pub(crate) account: String,
    pub(crate) currency: String,
    pub(crate) debit: String,
    pub(crate) credit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
}

/// A document as it is answered.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    pub(crate) number: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) company: String,
    pub(crate) external_ref: String,
    pub(crate) order_ref: Option<String>,
    pub(crate) fiscal_period: String,
    pub(crate) posting_date: String,
    #[serde(rename = "documentDate")]
    pub(crate) dated: String,
    pub(crate) posted_at: String,
    pub(crate) currency: Option<String>,
    pub(crate) total: Option<String>,
    pub(crate) cancelled_at: Option<String>,
    pub(crate) entries: Vec<LedgerEntry>,
    pub(crate) movements: Vec<Movement>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Movement {
    pub(crate) item: String,
    pub(crate) plant: String,
    pub(crate) stock_type: String,
    pub(crate) qty: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct Documents {
    pub(crate) documents: Vec<Document>,
}
