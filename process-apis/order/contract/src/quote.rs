//! A quote: what an order would cost, promised for a while, as sealed content.

use crate::{AppliedPromotion, Earn, Redemption, Totals};
use crossdock_model::{Address, CustomerId, LineId, Money, Quantity, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A basket to be priced.
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
    /// The customer who buys, where it is no guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What is bought: 1 to 200 lines, 10,000 units at most in all.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<RequestedLine>,
    /// The address that the goods would be shipped to; decides the tax.
    pub ship_to: Address,
    /// A shipping option's id; absent means the first configured one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "standard")]
    pub shipping: Option<String>,
    /// Promotion codes that the customer entered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub codes: Vec<String>,
    /// Points that the member wants to burn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub redeem_points: Option<i64>,
}

/// A line of the basket to be priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RequestedLine {
    /// The channel's id of the line, unique in the request; absent means its position, `1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<LineId>,
    /// The product that is wanted.
    pub sku: Sku,
    /// Units of it on the line.
    pub quantity: Quantity,
}

#[expect(
    clippy::struct_field_names,
    reason = "`quoteId` is the name on the wire everywhere"
)]
/// A quote: what the basket costs, and how long these prices hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// Place the order with it: the content itself, sealed, so nothing is kept here.
    #[schema(max_length = 65_536)]
    pub quote_id: String,
    /// SHA-256 of `quoteId`, hexadecimal.
    pub hash: String,
    /// When the prices expire.
    pub valid_until: Timestamp,
    /// The lines with their prices, in the sequence of the request.
    pub lines: Vec<QuoteLine>,
    /// The promotions applied, in the sequence that they apply in.
    pub promotions: Vec<AppliedPromotion>,
    /// The points that would be burnt, with their value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<Redemption>,
    /// The points that the order would earn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earn: Option<Earn>,
    /// The sums of all lines and charges.
    pub totals: Totals,
}

/// A line of the basket as priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuoteLine {
    /// The line's id in the order that the quote may become.
    pub id: LineId,
    /// The product that was priced.
    pub sku: Sku,
    /// The product's name in the item master.
    pub name: String,
    /// Units of it on the line.
    pub quantity: Quantity,
    /// List price of one unit, without tax.
    pub unit_price: Money,
    /// After promotions and points, with tax: what the customer pays for the line.
    pub pays: Money,
    /// Units that could be had now, over all locations; a quote reserves nothing.
    pub saleable: i64,
}
