//! An order that was paid elsewhere: it is a fact, and is never refused for business reasons.

use crate::Contact;
use crossdock_model::{Address, Currency, CustomerId, LineId, Money, Quantity, Sku};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A paid order as the platform or marketplace reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CapturedOrder {
    /// The channel that sold it, `marketplace`.
    #[schema(max_length = 64)]
    pub channel: String,
    /// The channel's own reference; the same one again is answered with the first order.
    #[schema(min_length = 1, max_length = 100, example = "mkt-77")]
    pub channel_ref: String,
    /// The brand it was sold under, which decides the backends that settle it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The customer who bought it, where known: members earn points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// How the buyer can be reached about this order; a look-up finds it by either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The one currency of all amounts.
    #[schema(value_type = String, pattern = "^[A-Z]{3}$")]
    pub currency: Currency,
    /// The lines as sold, with the platform's prices and taxes: 10,000 units at most in all.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<CapturedLine>,
    /// Price of shipping, without tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Money>,
    /// Tax that the platform took on shipping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_tax: Option<Money>,
    /// The address that the goods are shipped to.
    pub ship_to: Address,
    /// The payments taken; their sum is reconciled with what was sold.
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
    /// The product that was sold.
    pub sku: Sku,
    /// Units of it on the line.
    pub quantity: Quantity,
    /// Price of one unit before discounts, without tax.
    pub unit_price: Money,
    /// Discount on the whole line, positive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// Tax on the whole line.
    pub tax: Money,
}

/// A payment that the platform has taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CapturedTender {
    /// The kind of payment: `card`, `wallet`, `invoice`.
    #[schema(max_length = 64)]
    pub kind: String,
    /// The payment's reference at its provider.
    #[schema(max_length = 255)]
    pub reference: String,
    /// What was taken with it.
    pub amount: Money,
}
