//! Earning points: pending with the order, available once its money has settled, taken back by a return.

use crate::RunPoints;
use crossdock_model::{ExternalRef, MemberId, UnitRange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Book what an order earns, pending. Natural key: the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Accrue {
    /// Our id of the order, the natural key: a second request under it answers the first.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The member who earns the points.
    pub member: MemberId,
    /// What the units earn, each unit in one run; units that earn nothing are left out.
    #[schema(min_items = 1, max_items = 2000)]
    pub runs: Vec<RunPoints>,
    /// The rule with its version by which they were worked out, `base-earn@1`.
    #[schema(example = "base-earn@1", min_length = 1, max_length = 128)]
    pub rule: String,
}

/// What an order earned, run by run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Accrual {
    /// The engine's id of it, kind `accrual`.
    pub reference: ExternalRef,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// The member who earned the points.
    pub member: MemberId,
    /// The rule with its version by which they were worked out.
    pub rule: String,
    /// How many points at first, whatever became of them.
    pub points: i64,
    /// What the units earned, with what became of it; by line and number, in as few runs as there can be.
    pub runs: Vec<RunAccrual>,
}

/// What each unit of a run earned, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunAccrual {
    /// The neighbouring units of a line that earned equally many and share a state.
    pub units: UnitRange,
    /// The points that one of these units earned, not all together.
    pub points_each: i64,
    /// Whether the points are pending, spendable or taken back.
    pub state: UnitAccrualState,
}

/// What became of the points that a unit earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnitAccrualState {
    /// The points wait until their money has settled.
    Pending,
    /// Matured: they can be burnt.
    Available,
    /// Taken back before they matured.
    Cancelled,
    /// Taken back after they matured.
    Reversed,
}

/// Turn the pending points of units into available ones. Natural key: order and cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Mature {
    /// Our id of the order, the natural key: a second request under it answers the first.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// Our id of the cause, the capture whose money has settled.
    #[schema(min_length = 1, max_length = 128)]
    pub key: String,
    /// Which units, no two ranges with a unit in common; those whose points were taken back are left as they are.
    #[schema(min_items = 1, max_items = 2000)]
    pub units: Vec<UnitRange>,
}

/// The outcome of a maturity: pending points became spendable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Matured {
    /// The engine's id of it, kind `maturity`.
    pub reference: ExternalRef,
    /// The points that became spendable, those that paid a debt included.
    pub points: i64,
    /// How many of them paid a debt instead of becoming available.
    pub debt_paid: i64,
    /// The lot they lie in, unless all of them paid a debt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
}

/// Take back what units earned. Natural key: order and cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reverse {
    /// Our id of the order, the natural key: a second request under it answers the first.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// Our id of the return or cancellation that causes it.
    #[schema(min_length = 1, max_length = 128)]
    pub key: String,
    /// Which units, no two ranges with a unit in common; those whose points were taken back before are left as they are.
    #[schema(min_items = 1, max_items = 2000)]
    pub units: Vec<UnitRange>,
}

/// Earned points that were taken back: `points = from_pending + from_available + debt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reversed {
    /// The engine's id of it, kind `reversal`.
    pub reference: ExternalRef,
    /// The points that were taken back altogether.
    pub points: i64,
    /// How many of them had not matured.
    pub from_pending: i64,
    /// How many of them were still there.
    pub from_available: i64,
    /// How many of them had been spent: the member owes them now.
    pub debt: i64,
    /// What was taken from the units, by line and number, in as few runs as there can be.
    pub runs: Vec<RunReversal>,
}

/// What was taken back from each unit of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunReversal {
    /// The neighbouring units of a line that lost equally many.
    pub units: UnitRange,
    /// The points that one of these units lost, not all together.
    pub points_each: i64,
    /// What they are now: cancelled or reversed.
    pub state: UnitAccrualState,
}
