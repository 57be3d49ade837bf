//! The item master: what is sold at which list price, and whether a posting period is open.

use crossdock_model::{ConnectorName, Currency, Money, Sku, Timestamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An item of the item master.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// The stock keeping unit (SKU), the item's id in every system.
    pub sku: Sku,
    /// Its GTIN, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "00012345678905", max_length = 14)]
    pub gtin: Option<String>,
    /// The name that the customer reads.
    #[schema(example = "Canvas tote", max_length = 200)]
    pub name: String,
    /// What the tax system taxes it as.
    #[schema(example = "general", max_length = 64)]
    pub tax_category: String,
    /// The list price in the item's own currency.
    pub list_price: Money,
    /// From when, until when and by which source that price holds.
    pub price_terms: PriceTerms,
    /// The brand that sells it.
    #[schema(example = "crossdock", max_length = 64)]
    pub brand: String,
    /// Whether it can be sold.
    pub status: ProductStatus,
}

/// Whether an item can be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProductStatus {
    /// The item can be sold.
    Active,
    /// It is kept for returns and reports only.
    Discontinued,
}

/// Where a price comes from and how long it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PriceTerms {
    /// It holds from then on.
    pub valid_from: Timestamp,
    /// It holds before then; without an end where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// The connector that is the authority.
    pub source: ConnectorName,
    /// Rises with every change of the price.
    #[schema(minimum = 1)]
    pub version: u32,
}

/// The list price of an item in one currency, valid now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// The item that is priced.
    pub sku: Sku,
    /// The price of one unit, without tax.
    pub amount: Money,
    /// From when, until when and by which source it holds.
    pub terms: PriceTerms,
}

/// A look-up of items by SKU, in the prices of one currency where one is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductLookup {
    /// The SKUs to look up; repeated ones are answered once.
    #[schema(min_items = 1, max_items = 500)]
    pub skus: Vec<Sku>,
    /// Prices in that currency instead of the item's own; an item without one counts as unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^[A-Z]{3}$", example = "USD")]
    pub currency: Option<Currency>,
}

/// What the item master knows of the wanted SKUs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductsFound {
    /// The known ones, each once, in the order asked.
    pub products: Vec<Product>,
    /// The SKUs that the ERP does not know.
    pub unknown: Vec<Sku>,
}

/// Whether the books are open for a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodStatus {
    /// The period that the date falls into.
    #[schema(example = "2026-11", pattern = "^[0-9]{4}-[0-9]{2}$")]
    pub period: String,
    /// Whether the period still accepts postings.
    pub open: bool,
    /// The first day of the next open period, where this one is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, example = "2026-12-01")]
    pub next_open: Option<Date>,
}
