//! The engine's own API on the wire: a vendor's names, amounts in minor units.

use crossdock_model::{Program, Quantity, Sku, Timestamp, UnitRange};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    pub(crate) member: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByOrder {
    pub(crate) order: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByCause {
    pub(crate) order: String,
    pub(crate) cause: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct AccountObject {
    pub(crate) member: String,
    pub(crate) program: Program,
    pub(crate) available: i64,
    pub(crate) pending: i64,
    pub(crate) held: i64,
    pub(crate) debt: i64,
    pub(crate) qualifying: i64,
    pub(crate) tier: String,
    pub(crate) lots: Vec<LotObject>,
    pub(crate) as_of: Timestamp,
}

#[derive(Debug, Serialize)]
pub(crate) struct LotObject {
    pub(crate) id: String,
    pub(crate) remaining: i64,
    pub(crate) expires_at: Timestamp,
    pub(crate) source: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct EntryList {
    pub(crate) entries: Vec<EntryObject>,
}

#[derive(Debug, Serialize)]
pub(crate) struct EntryObject {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) kind: String,
    pub(crate) available: i64,
    pub(crate) pending: i64,
    pub(crate) held: i64,
    pub(crate) debt: i64,
    pub(crate) order: String,
    pub(crate) cause: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRedemption {
    pub(crate) order: String,
    pub(crate) member: String,
    pub(crate) points: i64,
    pub(crate) ttl_seconds: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExtension {
    pub(crate) order: String,
    pub(crate) ttl_seconds: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RedemptionObject {
    pub(crate) id: String,
    pub(crate) order: String,
    pub(crate) member: String,
    pub(crate) points: i64,
    pub(crate) lots: Vec<LotUse>,
    pub(crate) expires_at: Timestamp,
    pub(crate) status: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LotUse {
    pub(crate) lot: String,
    pub(crate) quantity: i64,
}

/// What a capture or cancellation of a redemption moved.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Moved {
    pub(crate) id: String,
    pub(crate) points: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunPoints {
    pub(crate) units: UnitRange,
    /// The points of one of these units, not of all together.
    pub(crate) points_each: i64,
}

impl RunPoints {
    /// The points of all its units; at the most of 64 bits, which no request may book, where they are more.
    pub(crate) fn total(&self) -> i64 {
        self.points_each
            .saturating_mul(i64::from(self.units.count()))
    }
}

/// What is asked for runs of an order's units by a cause: a capture, a return, a cancellation.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CausedRuns<R> {
    pub(crate) order: String,
    pub(crate) cause: String,
    pub(crate) runs: Vec<R>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RefundObject {
    pub(crate) id: String,
    pub(crate) points: i64,
    pub(crate) debt_paid: i64,
    pub(crate) lots: Vec<LotUse>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEarning {
    pub(crate) order: String,
    pub(crate) member: String,
    pub(crate) rule: String,
    pub(crate) runs: Vec<RunPoints>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EarningObject {
    pub(crate) id: String,
    pub(crate) order: String,
    pub(crate) member: String,
    pub(crate) rule: String,
    pub(crate) points: i64,
    pub(crate) runs: Vec<EarnedRun>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EarnedRun {
    pub(crate) units: UnitRange,
    /// The points of one of these units, not of all together.
    pub(crate) points_each: i64,
    pub(crate) status: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MaturityObject {
    pub(crate) id: String,
    pub(crate) points: i64,
    pub(crate) debt_paid: i64,
    pub(crate) lot: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReversalObject {
    pub(crate) id: String,
    pub(crate) points: i64,
    pub(crate) from_pending: i64,
    pub(crate) from_available: i64,
    pub(crate) debt: i64,
    pub(crate) runs: Vec<EarnedRun>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Basket {
    pub(crate) currency: String,
    #[serde(default)]
    pub(crate) member: Option<String>,
    /// Sold elsewhere: nothing is taken off any more.
    #[serde(default)]
    pub(crate) sold: bool,
    pub(crate) lines: Vec<Item>,
    #[serde(default)]
    pub(crate) redeem: Option<i64>,
    #[serde(default)]
    pub(crate) codes: Vec<String>,
    #[serde(default)]
    pub(crate) brand: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) sku: Sku,
    pub(crate) quantity: Quantity,
    pub(crate) unit_price_minor: i64,
    /// What was taken off where it was sold.
    #[serde(default)]
    pub(crate) discount_minor: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct EvaluationObject {
    pub(crate) program: Program,
    pub(crate) applied: Vec<Applied>,
    pub(crate) redemption: Option<Worth>,
    pub(crate) earning: Earning,
    pub(crate) liability: Rate,
}

#[derive(Debug, Serialize)]
pub(crate) struct Applied {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    pub(crate) position: u32,
    pub(crate) sponsor: Option<String>,
    /// The line it takes off; the whole order where absent.
    pub(crate) line: Option<String>,
    pub(crate) amount_minor: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct Worth {
    pub(crate) points: i64,
    pub(crate) value_minor: i64,
    pub(crate) rate: Rate,
    /// `discount` before tax, `tender` after it.
    pub(crate) taxed_as: &'static str,
    pub(crate) sponsor: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Earning {
    pub(crate) points: i64,
    pub(crate) rule: String,
    pub(crate) version: String,
    pub(crate) base_minor: i64,
    pub(crate) rate: Rate,
}

/// So many minor units for so many points.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Rate {
    pub(crate) minor: i64,
    pub(crate) points: i64,
}
