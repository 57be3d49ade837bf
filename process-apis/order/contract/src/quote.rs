//! A quote: what an order would cost, promised for a while, as signed content.

use crate::{AppliedPromotion, Charge, Earn, OrderLine, Pins, Redemption, Totals, Unit};
use crossdock_model::{
    Address, Currency, CustomerId, LineId, MemberId, Money, Quantity, Sku, Timestamp,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is to be priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct QuoteRequest {
    /// The channel that asks, `ecommerce`.
    #[schema(max_length = 64)]
    pub channel: String,
    /// The brand sold under, where the retailer has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub brand: Option<String>,
    /// Who buys; a guest is nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What, 1 to 200 lines and 1,000 units at most.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<RequestedLine>,
    /// Where it goes.
    pub ship_to: Address,
    /// A shipping option's id; absent means the first configured one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "standard")]
    pub shipping: Option<String>,
    /// Promotion codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub codes: Vec<String>,
    /// Points to burn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub redeem_points: Option<i64>,
}

/// One wanted line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RequestedLine {
    /// The channel's id of the line, unique in the request; absent means its position, `1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<LineId>,
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
}

/// A quote as answered.
#[expect(
    clippy::struct_field_names,
    reason = "`quoteId` is the name on the wire everywhere"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// Place the order with it: the signed content itself, so nothing is kept here.
    #[schema(max_length = 200_000)]
    pub quote_id: String,
    /// SHA-256 of the content, hexadecimal.
    pub hash: String,
    /// Until when the prices hold.
    pub valid_until: Timestamp,
    /// The lines with their prices.
    pub lines: Vec<QuoteLine>,
    /// The promotions applied, in stack order.
    pub promotions: Vec<AppliedPromotion>,
    /// The points burnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<Redemption>,
    /// The points earned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earn: Option<Earn>,
    /// The sums.
    pub totals: Totals,
}

/// One priced line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuoteLine {
    /// Its id within the order.
    pub id: LineId,
    /// What.
    pub sku: Sku,
    /// As the item master names it.
    pub name: String,
    /// How many.
    pub quantity: Quantity,
    /// List price of one.
    pub unit_price: Money,
    /// After promotions and points, with tax: what the customer pays for the line.
    pub pays: Money,
    /// How many could be had now; a quote reserves nothing.
    pub saleable: i64,
}

/// What is signed: everything the order will be made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteContent {
    /// Whose shop.
    pub tenant: String,
    /// The channel.
    pub channel: String,
    /// The brand.
    pub brand: Option<String>,
    /// Who buys.
    pub customer: Option<CustomerId>,
    /// Who burns and earns.
    pub member: Option<MemberId>,
    /// The currency.
    pub currency: Currency,
    /// Where it goes.
    pub ship_to: Address,
    /// The lines.
    pub lines: Vec<OrderLine>,
    /// The charges.
    pub charges: Vec<Charge>,
    /// The promotions.
    pub promotions: Vec<AppliedPromotion>,
    /// The points burnt.
    pub redemption: Option<Redemption>,
    /// The points earned.
    pub earn: Option<Earn>,
    /// The sums.
    pub totals: Totals,
    /// The allocation.
    pub units: Vec<Unit>,
    /// The backends.
    pub pins: Pins,
    /// Until when it holds.
    pub valid_until: Timestamp,
}
