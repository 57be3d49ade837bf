//! A member's points as every channel shows them.

use crossdock_model::{MemberId, Money, Program, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberAccount {
    /// Whose.
    pub member: MemberId,
    /// Of which programme.
    pub program: Program,
    /// Points that can be burnt now.
    pub available: i64,
    /// Earned, not yet settled.
    pub pending: i64,
    /// Promised to orders.
    pub held: i64,
    /// Taken back after they were spent.
    pub debt: i64,
    /// The member's tier.
    pub tier: String,
    /// When the loyalty engine said so.
    pub as_of: Timestamp,
}

/// One movement of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// When.
    pub at: Timestamp,
    /// `hold`, `burn`, `earn-pending`, …, the loyalty engine's word.
    pub kind: String,
    /// Positive or negative.
    pub points: i64,
    /// The order or return it belongs to.
    pub reference: String,
}

/// The newest movements of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerPage {
    /// Newest first.
    pub entries: Vec<LedgerEntry>,
}

/// How much some points are worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RedemptionQuote {
    /// Whose points.
    pub member: MemberId,
    /// How many.
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub points: i64,
    /// What they would be set against.
    pub basket: Money,
}

/// What some points would take off a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsWorth {
    /// How many would be burnt.
    pub points: i64,
    /// What they are worth on that basket.
    pub value: Money,
    /// Whether the member has that many available.
    pub affordable: bool,
}
