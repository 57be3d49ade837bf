//! The desk's shape of things; pure mapping.

use crossdock_model::{CustomerId, ExternalRef, Money, OrderId, Timestamp};
use proc_loyalty_contract::MemberAccount;
use proc_order_contract::{
    CancelLine, OrderView, Position, Status, Timeline, TimelineEntry, WorkflowStep,
};
use proc_return_contract::ReturnLine;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What is to be cancelled of an order, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancellation {
    /// Why, in the customer's or the agent's words.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) reason: String,
    /// What is given up, each line once; the whole order where it is left out.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub(crate) lines: Vec<CancelLine>,
}

/// Goods that might come back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnRequest {
    /// The lines that would come back, with quantities and conditions.
    #[schema(min_items = 1, max_items = 200)]
    pub(crate) lines: Vec<ReturnLine>,
}

/// An order in a list: enough to choose the right one.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundOrder {
    /// The order's id; also the barcode on its receipt.
    id: OrderId,
    /// The channel that sold it.
    channel: String,
    /// The reference that the channel gave it, such as `web-1001`.
    reference: String,
    /// One word for people, the names of schema.org's `OrderStatus`.
    status: Status,
    /// Who bought it; a guest is nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerId>,
    /// What the card pays, tax and shipping included.
    total: Money,
    /// How many units were ordered, over all lines.
    units: u32,
    /// When the order reached us, before anything was decided.
    received_at: Timestamp,
    /// When the order was accepted; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    placed_at: Option<Timestamp>,
}

/// What an agent sees first of a customer: points and the newest orders.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Overview {
    /// The customer's id in the customer system.
    pub(crate) customer: CustomerId,
    /// One page of the customer's orders, newest first.
    pub(crate) orders: Vec<FoundOrder>,
    /// Give it back as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
    /// The points of the member that they last bought as, where they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) points: Option<Points>,
}

/// Points, or why they do not show now.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Points {
    /// The member's points, as the loyalty engine answers now.
    Known(MemberAccount),
    /// The loyalty engine did not answer.
    Unknown {
        /// What the loyalty engine or the way to it said.
        detail: String,
    },
}

/// What happened to an order, everywhere, with the references to quote when asking another system.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgentTimeline {
    /// The order whose events and steps these are.
    order_id: OrderId,
    /// The events of its correlation, oldest first.
    entries: Vec<TimelineEntry>,
    /// The steps of every workflow that served it.
    steps: Vec<WorkflowStep>,
    /// How each backend knows it.
    references: Vec<ExternalRef>,
    /// Where money and points stand now.
    position: Position,
    /// When this was read; what happened later is not in it.
    as_of: Timestamp,
}

impl From<&OrderView> for FoundOrder {
    fn from(order: &OrderView) -> Self {
        Self {
            id: order.id,
            channel: order.channel.clone(),
            reference: order.channel_ref.clone(),
            status: order.status,
            customer: order.customer.clone(),
            total: order.totals.card,
            units: order.units.iter().map(|run| run.quantity).sum(),
            received_at: order.received_at,
            placed_at: order.placed_at,
        }
    }
}

impl From<Timeline> for AgentTimeline {
    fn from(timeline: Timeline) -> Self {
        let Timeline {
            order_id,
            entries,
            steps,
            position,
            as_of,
        } = timeline;
        let mut references = Vec::new();
        for entry in &entries {
            collect(&entry.data, &mut references);
        }
        Self {
            order_id,
            entries,
            steps,
            references,
            position,
            as_of,
        }
    }
}

/// Adds every reference into another system that an event's data holds, each once.
fn collect(data: &Value, references: &mut Vec<ExternalRef>) {
    match data {
        Value::Object(members) => match ExternalRef::deserialize(data) {
            Ok(reference) if references.contains(&reference) => {}
            Ok(reference) => references.push(reference),
            Err(_no_reference) => {
                members
                    .values()
                    .for_each(|member| collect(member, references));
            }
        },
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::timeline;
    use crossdock_rig::order;
    use serde_json::json;

    #[test]
    fn a_found_order_tells_enough_to_choose_it() {
        let view: OrderView = serde_json::from_value(order(Some("cust-ada"))).unwrap();
        let found = serde_json::to_value(FoundOrder::from(&view)).unwrap();
        assert_eq!(
            (&found["reference"], &found["units"]),
            (&json!("web-1"), &json!(2))
        );
        assert_eq!(found["total"]["amount"], "96.48");
        assert_eq!(found["customer"], "cust-ada");
    }

    #[test]
    fn each_backend_reference_of_the_events_is_listed_once() {
        let read: Timeline = serde_json::from_value(timeline()).unwrap();
        let shown = serde_json::to_value(AgentTimeline::from(read)).unwrap();
        assert_eq!(shown["entries"].as_array().unwrap().len(), 3);
        assert_eq!(
            shown["references"],
            json!([
                {"system": "payment-main", "kind": "authorisation", "value": "au_1"},
                {"system": "oms-main", "kind": "reservation", "value": "r-1"},
            ])
        );
    }
}
