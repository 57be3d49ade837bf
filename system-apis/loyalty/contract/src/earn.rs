//! Earning points: pending with the order, available once its money has settled, taken back by a return.

use crate::UnitPoints;
use crossdock_model::{ExternalRef, MemberId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Book what an order earns, pending. Natural key: the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Accrue {
    /// Our order id.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// Who earns.
    pub member: MemberId,
    /// What each unit earns.
    #[schema(min_items = 1, max_items = 1000)]
    pub units: Vec<UnitPoints>,
    /// By which rule, `base-earn@1`.
    #[schema(example = "base-earn@1", min_length = 1, max_length = 128)]
    pub rule: String,
}

/// What an order earned, unit by unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Accrual {
    /// The engine's id of it, kind `accrual`.
    pub reference: ExternalRef,
    /// Our order id.
    pub order: String,
    /// Who earned.
    pub member: MemberId,
    /// By which rule.
    pub rule: String,
    /// How many points at first, whatever became of them.
    pub points: i64,
    /// Each unit's points.
    pub units: Vec<UnitAccrual>,
}

/// What a unit earned, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnitAccrual {
    /// Which unit.
    pub unit: UnitId,
    /// How many points.
    pub points: i64,
    /// What became of them.
    pub state: UnitAccrualState,
}

/// What became of the points that a unit earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnitAccrualState {
    /// Waiting for settled money.
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
    /// Our order id.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// Our id of the cause, the capture whose money has settled.
    #[schema(min_length = 1, max_length = 128)]
    pub key: String,
    /// Which units; those whose points were taken back are left as they are.
    #[schema(min_items = 1, max_items = 1000)]
    pub units: Vec<UnitId>,
}

/// Points that matured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Matured {
    /// The engine's id of it, kind `maturity`.
    pub reference: ExternalRef,
    /// How many points.
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
    /// Our order id.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// Our id of the return or cancellation that causes it.
    #[schema(min_length = 1, max_length = 128)]
    pub key: String,
    /// Which units; those whose points were taken back before are left as they are.
    #[schema(min_items = 1, max_items = 1000)]
    pub units: Vec<UnitId>,
}

/// Earned points that were taken back: `points = from_pending + from_available + debt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reversed {
    /// The engine's id of it, kind `reversal`.
    pub reference: ExternalRef,
    /// How many points.
    pub points: i64,
    /// How many of them had not matured.
    pub from_pending: i64,
    /// How many of them were still there.
    pub from_available: i64,
    /// How many of them had been spent: the member owes them now.
    pub debt: i64,
    /// What was taken from each unit.
    pub units: Vec<UnitReversal>,
}

/// What was taken back from one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnitReversal {
    /// Which unit.
    pub unit: UnitId,
    /// How many points.
    pub points: i64,
    /// What they are now: cancelled or reversed.
    pub state: UnitAccrualState,
}
