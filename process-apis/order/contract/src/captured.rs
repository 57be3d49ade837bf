//! An order that was paid elsewhere: it is a fact, and is never refused for business reasons.

use crossdock_model::{Address, Currency, CustomerId, LineId, Money, Quantity, Sku};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A paid order as the platform or marketplace tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CapturedOrder {
    /// The channel that sold it.
    #[schema(max_length = 64)]
    pub channel: String,
    /// The channel's own reference.
    #[schema(min_length = 1, max_length = 100, example = "mkt-77")]
    pub channel_ref: String,
    /// The brand sold under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Who bought it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The one currency of all amounts.
    #[schema(value_type = String, pattern = "^[A-Z]{3}$")]
    pub currency: Currency,
    /// What was sold.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<CapturedLine>,
    /// Shipping without tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Money>,
    /// Tax on shipping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_tax: Option<Money>,
    /// Where it goes.
    pub ship_to: Address,
    /// How it was paid.
    #[schema(min_items = 1, max_items = 10)]
    pub tenders: Vec<CapturedTender>,
}

/// A sold line, priced and taxed by the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CapturedLine {
    /// The channel's id of the line; absent means its position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<LineId>,
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
    /// Price of one before discounts, without tax.
    pub unit_price: Money,
    /// Discount on the whole line, positive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// Tax on the whole line.
    pub tax: Money,
}

/// Money that the platform has taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CapturedTender {
    /// `card`, `wallet`, `invoice`.
    #[schema(max_length = 64)]
    pub kind: String,
    /// The payment's reference at its provider.
    #[schema(max_length = 255)]
    pub reference: String,
    /// How much.
    pub amount: Money,
}
