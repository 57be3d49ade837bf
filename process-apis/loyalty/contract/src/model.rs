//! A member's points as every channel shows them.

use crossdock_model::{MemberId, Money, Program, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member's points as the loyalty engine keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberAccount {
    /// The member whose account it is.
    pub member: MemberId,
    /// The loyalty programme of the points.
    pub program: Program,
    /// Points that can be burnt now.
    pub available: i64,
    /// Points earned whose money has not settled yet.
    pub pending: i64,
    /// Points held for orders that are being placed.
    pub held: i64,
    /// Points reversed after they had been spent.
    pub debt: i64,
    /// The member's tier in the programme, `gold`.
    pub tier: String,
    /// When the loyalty engine answered.
    pub as_of: Timestamp,
}

/// A movement of points on an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// When the loyalty engine booked the movement.
    pub at: Timestamp,
    /// The loyalty engine's name for it: `hold`, `burn`, `earn-pending`, …
    pub kind: String,
    /// Points moved: positive to the member, negative from them.
    pub points: i64,
    /// The order or return that moved them.
    pub reference: String,
}

/// The newest movements of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerPage {
    /// The newest movements, newest first.
    pub entries: Vec<LedgerEntry>,
}

/// A question of what some points would take off a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RedemptionQuote {
    /// The member whose points they are.
    pub member: MemberId,
    /// Points that would be burnt.
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub points: i64,
    /// The amount that they would be set against.
    pub basket: Money,
}

/// What some points would take off a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsWorth {
    /// Points that would be burnt.
    pub points: i64,
    /// What they would take off that basket.
    pub value: Money,
    /// Whether the member has that many available.
    pub affordable: bool,
}
