//! A quote: what an order would cost, promised for a while, as signed content.

use crate::{AppliedPromotion, Charge, Earn, OrderLine, Pins, Redemption, Totals, Unit};
use crossdock_model::{
    Address, Currency, CustomerId, LineId, MemberId, Money, Quantity, Sku, Timestamp,
};
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
    /// What is bought: 1 to 200 lines, 1,000 units at most.
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
    /// Place the order with it: the signed content itself, so nothing is kept here.
    #[schema(max_length = 200_000)]
    pub quote_id: String,
    /// SHA-256 of the content, hexadecimal.
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

/// The signed content of a quote: everything that the order will be made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteContent {
    /// The tenant whose quote it is; another one cannot place it.
    pub tenant: String,
    /// The channel that asked, which the order is recorded under.
    pub channel: String,
    /// The brand sold under, where the retailer has several.
    pub brand: Option<String>,
    /// The customer who asked; only the same one can place it.
    pub customer: Option<CustomerId>,
    /// The loyalty member who burns and earns.
    pub member: Option<MemberId>,
    /// The one currency of everything in it.
    pub currency: Currency,
    /// The address that tax was computed for.
    pub ship_to: Address,
    /// The lines with their list prices.
    pub lines: Vec<OrderLine>,
    /// Shipping with its tax.
    pub charges: Vec<Charge>,
    /// The promotions applied, in the sequence that they apply in.
    pub promotions: Vec<AppliedPromotion>,
    /// The points to burn, with their value.
    pub redemption: Option<Redemption>,
    /// The points to earn, where a member buys.
    pub earn: Option<Earn>,
    /// The sums of all units and charges.
    pub totals: Totals,
    /// The allocation: one frozen row a unit.
    pub units: Vec<Unit>,
    /// The connector instances that will settle the order.
    pub pins: Pins,
    /// When it expires: an order can be placed before that only.
    pub valid_until: Timestamp,
}
