//! An order's unified timeline: every event of its correlation, every step, every backend reference.

use crossdock_model::{Money, OrderId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What happened to an order, everywhere, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// The order whose timeline this is.
    pub order_id: OrderId,
    /// The events with the order's correlation id, oldest first.
    pub entries: Vec<TimelineEntry>,
    /// The steps of every workflow that served it.
    pub steps: Vec<WorkflowStep>,
    /// Where its money and points stand now.
    pub position: Position,
    /// When the timeline was read.
    pub as_of: Timestamp,
}

/// An event with the order's correlation id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// When the event was committed.
    pub at: Timestamp,
    /// The process API that reports it: the swimlane to draw it in.
    pub lane: String,
    /// The event's type, `OrderPlaced`.
    pub event: String,
    /// The event as a sentence for people, with its figures.
    pub summary: String,
    /// The event's data as published.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// A step of a workflow that served the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowStep {
    /// The workflow's name, `place-order`.
    pub workflow: String,
    /// The id of the workflow instance.
    pub instance: String,
    /// The step's name in the workflow, `reserve-stock`.
    pub step: String,
    /// Its state: `succeeded`, `running`, `parked`, …
    pub state: String,
    /// Attempts so far, all under one effect key.
    pub attempts: u32,
    /// The key of its effect, as the backend saw it: what to search for in a vendor's log.
    pub effect_key: String,
    /// The error of the last failed attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Where an order's money and points stand, derived from the states of its units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// The card total of the order as sold.
    pub total: Money,
    /// Captured: money of shipments, with the charges captured along, and what was captured at the payment provider by itself.
    pub captured: Money,
    /// Refunded: money of the units returned, and what went back at the payment provider by itself.
    pub refunded: Money,
    /// Points burnt, less those restored.
    pub points_burnt: i64,
    /// Points earned, less those taken back.
    pub points_earned: i64,
}
