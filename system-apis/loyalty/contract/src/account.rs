//! A member's account: what can be burnt, what is promised, how it came about.

use crossdock_model::{MemberId, Program, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member's points; `available` is always the sum of the lots less what is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoyaltyAccount {
    /// The member whose account it is.
    pub member: MemberId,
    /// The programme that the points belong to.
    pub program: Program,
    /// Points that can be burnt now.
    #[schema(example = 1500)]
    pub available: i64,
    /// Points that were earned and wait until their money has settled.
    pub pending: i64,
    /// Promised to orders that are being placed.
    pub held: i64,
    /// Taken back after they were spent; paid first by whatever comes in.
    pub debt: i64,
    /// The member's tier, decided by the points earned so far.
    #[schema(example = "silver")]
    pub tier: String,
    /// Where the points lie, the first to expire first.
    pub lots: Vec<Lot>,
    /// When the loyalty engine said so.
    pub as_of: Timestamp,
}

/// Points that came in together and expire together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Lot {
    /// The engine's id of the lot.
    pub id: String,
    /// What is left of it, held points included.
    pub quantity: i64,
    /// When what remains of the lot expires.
    pub expires: Timestamp,
    /// What it came from: an opening balance, or an order.
    pub source: String,
}

/// One movement of points; never changed, only followed by others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// The engine's id of the entry.
    pub id: String,
    /// When the engine booked it.
    pub at: Timestamp,
    /// What moved them: `opening`, `hold`, `release`, `expire-hold`, `burn`, `earn-pending`, `mature`, `cancel-pending`,
    /// `reverse`, `restore`, `expire`.
    pub kind: String,
    /// What became available (positive) or ceased to be (negative).
    pub available: i64,
    /// Change of the pending points.
    pub pending: i64,
    /// Change of the held points.
    pub held: i64,
    /// The change of the debt, positive where more is owed.
    pub debt: i64,
    /// The order it belongs to, or the source of an opening balance.
    pub reference: String,
    /// The capture, return or cancellation that caused it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl LedgerEntry {
    /// The movement as one number: what was available, else what was pending.
    pub fn points(&self) -> i64 {
        if self.available == 0 {
            self.pending
        } else {
            self.available
        }
    }
}

/// The movements of a member's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// The movements, the newest first.
    pub entries: Vec<LedgerEntry>,
}
