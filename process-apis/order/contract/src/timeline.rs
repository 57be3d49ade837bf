//! An order's unified timeline: every event of its journey, every step, every backend reference.

use crossdock_model::{Money, OrderId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What happened to an order, everywhere, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// The order.
    pub order_id: OrderId,
    /// The events of its journey.
    pub entries: Vec<TimelineEntry>,
    /// The steps of every workflow that served it.
    pub steps: Vec<WorkflowStep>,
    /// Where money and points stand now.
    pub position: Position,
    /// When this was read.
    pub as_of: Timestamp,
}

/// One event of the journey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// The API that reports it.
    pub lane: String,
    /// The event, `OrderPlaced`.
    pub event: String,
    /// A sentence for people.
    pub summary: String,
    /// The event's data.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// One step of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowStep {
    /// The workflow.
    pub workflow: String,
    /// Its run.
    pub instance: String,
    /// The step.
    pub step: String,
    /// `succeeded`, `running`, `parked`, …
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// The key of its effect, as the backend saw it: what to search for in a vendor's log.
    pub effect_key: String,
    /// What went wrong last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Where an order's money and points stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// What the card pays in all.
    pub total: Money,
    /// Of units shipped, with the charges captured with them.
    pub captured: Money,
    /// Of units returned.
    pub refunded: Money,
    /// Points burnt, less those restored.
    pub points_burnt: i64,
    /// Points earned, less those taken back.
    pub points_earned: i64,
}
