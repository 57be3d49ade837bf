//! What a basket is worth to a member: promotions, the value of points, points to earn.

use crossdock_model::{
    Currency, LineId, MemberId, Money, Points, PointsRate, Program, Quantity, Sku,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Ask the engine about a basket; nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Evaluate {
    /// The one currency of every line.
    #[schema(value_type = String, example = "USD", pattern = "^[A-Z]{3}$")]
    pub currency: Currency,
    /// Who buys, where the buyer is a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// Whether it was sold already, elsewhere: prices and discounts are facts then, no promotion
    /// applies, and only what it earns is asked.
    #[serde(default)]
    pub sold: bool,
    /// What is bought, without charges.
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<BasketLine>,
    /// How many points to set against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub redeem: Option<i64>,
    /// Promotion codes that the buyer entered.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub codes: Vec<String>,
    /// The brand of the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub brand: Option<String>,
}

/// One line of a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BasketLine {
    /// The line's id, unique in the basket.
    pub id: LineId,
    /// The SKU of the item.
    pub sku: Sku,
    /// The units of the item, at least one.
    pub quantity: Quantity,
    /// Price of one before any promotion.
    pub unit_price: Money,
    /// What was taken off the line where it was sold, positive; of no meaning in a basket that is not sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
}

/// What the engine makes of a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// What each promotion takes off, in the order in which they apply.
    pub promotions: Vec<Promotion>,
    /// What the points take off, where any were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<Redemption>,
    /// The points that the basket earns, with their rule.
    pub earn: Earn,
    /// Of which programme the points are.
    pub program: Program,
    /// What a point is carried at in the books.
    pub liability_rate: PointsRate,
}

/// A promotion that applies to the basket, with what it takes off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Promotion {
    /// The engine's id of it.
    #[schema(example = "ten-off")]
    pub id: String,
    /// Which version of its rule was used.
    #[schema(example = "1")]
    pub version: String,
    /// What a receipt calls it.
    #[schema(example = "10 % off your order")]
    pub name: String,
    /// The code that brought it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its place among the promotions; lower ones apply first.
    pub stack_order: u32,
    /// Who bears the cost of it.
    pub funding: Funding,
    /// Whether it reduces one line or the whole order.
    pub scope: Scope,
    /// What it takes off, positive.
    pub amount: Money,
}

/// What a promotion applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "line", rename_all = "kebab-case")]
pub enum Scope {
    /// The line of that id.
    Line(LineId),
    /// The whole order, shared over its lines.
    Order,
}

/// Who pays for a promotion or for points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Funding {
    /// The retailer bears the cost itself.
    Retailer,
    /// A sponsor, who reimburses it.
    ThirdParty {
        /// The name of the sponsor who reimburses it.
        sponsor: String,
    },
}

/// How burnt points meet tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// A discount before tax: not reimbursed by anybody.
    PreTaxDiscount,
    /// A tender after tax: somebody reimburses it.
    PostTaxTender,
}

/// What points take off a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Redemption {
    /// How many points that burns: fewer than asked for, where the basket is worth less.
    pub points: Points,
    /// The money that the points stand for.
    pub value: Money,
    /// The rate between points and money.
    pub rate: PointsRate,
    /// Whether they reduce the price before tax or pay after it.
    pub treatment: Treatment,
    /// Who bears the cost of it.
    pub funding: Funding,
}

/// The points that a basket earns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Earn {
    /// The points on the base, rounded by the rule.
    #[schema(example = 84)]
    pub points: i64,
    /// The id of the rule by which they are earned.
    #[schema(example = "base-earn")]
    pub rule: String,
    /// The version of the rule, which the accrual keeps.
    #[schema(example = "1")]
    pub rule_version: String,
    /// What the points were computed on.
    pub base: Money,
    /// How many minor units of the base (numerator) earn how many points (denominator).
    pub rate: PointsRate,
}
