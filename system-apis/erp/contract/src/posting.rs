//! What is posted for an order: the sale, what is taken off it, goods out and back, bill, credit.

use crate::Journal;
use crossdock_model::{Currency, CustomerId, LineId, LocationId, Money, Quantity, Sku};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A sales order as the ERP keeps it; it books nothing yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SalesOrder {
    /// Our reference: the order's id.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The customer who buys; absent for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The one currency of all amounts of the document.
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "USD")]
    pub currency: Currency,
    /// The lines of the order, at least one.
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<SalesLine>,
    /// What the customer pays for everything, with delivery and tax.
    pub total: Money,
}

/// A line of a sales order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SalesLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// The units of the item, at least one.
    pub quantity: Quantity,
    /// The price of one before promotions.
    pub unit_price: Money,
    /// What the line comes to after promotions, without tax.
    pub net: Money,
}

/// Units taken off a sales order that will not be delivered.
///
/// It books nothing; the sales order is then worth less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmendSalesOrder {
    /// Our reference, the cancellation's id: a second request under it answers the first.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The order's id, which the sales order was posted under.
    #[schema(min_length = 1, max_length = 128)]
    pub order: String,
    /// The reason, as the accountant reads it.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
    /// The one currency of all amounts of the document, the sales order's.
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "USD")]
    pub currency: Currency,
    /// What is taken off, by line.
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<GoodsLine>,
    /// What the customer does not pay for it, with delivery and tax.
    pub amount: Money,
}

/// The end of a sales order that is not fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelSalesOrder {
    /// Our reference: the order's id.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The reason, as the accountant reads it.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
}

/// Goods that left a location; the ERP books their cost itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GoodsIssue {
    /// Our reference, the shipment's: a second posting under it answers the first.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The id of the order that it belongs to.
    #[schema(min_length = 1, max_length = 128)]
    pub order: String,
    /// The location that the goods left.
    pub location: LocationId,
    /// The goods that left, by line.
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<GoodsLine>,
    /// Today where absent; name a day of an open period when the right one is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub posting_date: Option<Date>,
    /// The day it belongs to, when `postingDate` had to be another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub origin_date: Option<Date>,
}

/// So many of a SKU, for a line of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GoodsLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// The units of the item, at least one.
    pub quantity: Quantity,
}

/// The bill for a shipment, with the entry that books the sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invoice {
    /// Our reference, the shipment's: a second posting under it answers the first.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The id of the order that it belongs to.
    #[schema(min_length = 1, max_length = 128)]
    pub order: String,
    /// The one currency of all amounts of the document.
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "USD")]
    pub currency: Currency,
    /// What is billed; delivery is no line but an account of the entry.
    #[schema(max_items = 500)]
    pub lines: Vec<InvoiceLine>,
    /// The entry that books it.
    pub journal: Journal,
    /// Today where absent; name a day of an open period when the right one is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub posting_date: Option<Date>,
    /// The day it belongs to, when `postingDate` had to be another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub origin_date: Option<Date>,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvoiceLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// The units of the item, at least one.
    pub quantity: Quantity,
    /// The amount of the line after promotions, without tax.
    pub net: Money,
    /// The tax on the line.
    pub tax: Money,
}

/// Goods that came back; with `journal` the credit memo is posted with them.
///
/// Leave `journal` out when finance lives in another ERP, and post a [`CreditMemo`] there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerReturn {
    /// Our reference: the return's id.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The id of the order that it belongs to.
    #[schema(min_length = 1, max_length = 128)]
    pub order: String,
    /// The location that took the goods back.
    pub location: LocationId,
    /// What came back, and what becomes of it.
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<ReturnLine>,
    /// The entry of a credit memo, booked in the same transaction; without it only the goods come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<Journal>,
    /// Today where absent; name a day of an open period when the right one is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub posting_date: Option<Date>,
    /// The day it belongs to, when `postingDate` had to be another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub origin_date: Option<Date>,
}

/// So many of a SKU that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReturnLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// The units of the item, at least one.
    pub quantity: Quantity,
    /// What becomes of the goods, which decides the condition they are counted in.
    pub disposition: Disposition,
}

/// What becomes of goods that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// Into saleable stock (condition `new`), at cost.
    Restock,
    /// Into stock of condition `refurbish`, at cost.
    Refurbish,
    /// Into stock of condition `return-to-vendor`, at cost.
    ReturnToVendor,
    /// Thrown away: no stock, its cost stays spent.
    Scrap,
    /// The goods never arrived; no stock is booked.
    Missing,
    /// The customer keeps it: no stock.
    Keep,
}

impl Disposition {
    /// The condition in which it becomes stock; none when it does not.
    pub fn condition(self) -> Option<&'static str> {
        match self {
            Self::Restock => Some(crate::NEW),
            Self::Refurbish => Some("refurbish"),
            Self::ReturnToVendor => Some("return-to-vendor"),
            Self::Scrap | Self::Missing | Self::Keep => None,
        }
    }
}

/// What is owed to a customer for a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreditMemo {
    /// Our reference: the return's or the cancellation's id.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The id of the order that it belongs to.
    #[schema(min_length = 1, max_length = 128)]
    pub order: String,
    /// The entry that books it.
    pub journal: Journal,
    /// Today where absent; name a day of an open period when the right one is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub posting_date: Option<Date>,
    /// The day it belongs to, when `postingDate` had to be another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub origin_date: Option<Date>,
}
