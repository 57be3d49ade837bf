//! What was posted: the vendor's number for our reference, and what the books hold under it.

use crate::Journal;
use crossdock_model::{ExternalRef, LocationId, Money, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answer of every posting, and of its repetition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Posted {
    /// The document in the ERP: connector, kind and number.
    pub reference: ExternalRef,
    /// The period it was posted into.
    #[schema(example = "2026-11")]
    pub period: String,
    /// When the ERP booked it, by the ERP's clock.
    #[expect(
        clippy::struct_field_names,
        reason = "`at` alone would not say at what"
    )]
    pub posted_at: Timestamp,
}

/// What kinds of documents there are; one per kind and reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// A sale, not yet booked.
    SalesOrder,
    /// Units taken off a sales order, which are not delivered.
    SalesOrderAmendment,
    /// Goods that left, at cost.
    GoodsIssue,
    /// A customer's invoice, with the entry of the sale.
    Invoice,
    /// Goods that came back, at cost.
    GoodsReceipt,
    /// What is owed to a customer.
    CreditMemo,
    /// An entry of its own.
    JournalEntry,
}

impl DocumentKind {
    /// `sales-order`, as on the wire and in an [`ExternalRef`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SalesOrder => "sales-order",
            Self::SalesOrderAmendment => "sales-order-amendment",
            Self::GoodsIssue => "goods-issue",
            Self::Invoice => "invoice",
            Self::GoodsReceipt => "goods-receipt",
            Self::CreditMemo => "credit-memo",
            Self::JournalEntry => "journal-entry",
        }
    }

    /// The part of the domain that keeps it: [`crate::FINANCE`] or [`crate::STOCK`].
    pub fn capability(self) -> &'static str {
        match self {
            Self::GoodsIssue | Self::GoodsReceipt => crate::STOCK,
            Self::SalesOrder
            | Self::SalesOrderAmendment
            | Self::Invoice
            | Self::CreditMemo
            | Self::JournalEntry => crate::FINANCE,
        }
    }
}

/// A document as the books hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Which kind of document it is.
    pub kind: DocumentKind,
    /// The document's number, the period it is booked in, and when it was booked.
    pub posted: Posted,
    /// Whether it stands or was cancelled.
    pub status: DocumentStatus,
    /// The reference that we posted it under.
    pub our_reference: String,
    /// The order's id, where the document belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// What a sales order comes to, or what an amendment takes off it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    /// Every line that was booked, the ERP's own cost lines too.
    pub journal: Journal,
    /// Every change of stock that it booked.
    pub moves: Vec<StockMove>,
}

/// What became of a document after it was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentStatus {
    /// It stands as it was posted.
    Posted,
    /// It was cancelled and has no effect any more.
    Cancelled,
}

/// A change of stock at one location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockMove {
    /// The item that moved, by its SKU.
    pub sku: Sku,
    /// The location whose stock changed.
    pub location: LocationId,
    /// The condition of the goods, `new` where they can be sold.
    pub condition: String,
    /// How many came; negative when they left.
    pub quantity: i64,
}

/// The document under a reference, where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Absent when nothing was posted under the reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
}
