//! What the workflow knows about units that a location did not ship.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::event::EventLine;
use crossdock_model::{ConnectorName, LineId, LocationId, Money, OrderId, Timestamp};
use crossdock_workflow::{AtRisk, State};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What an instance of the workflow `resolve-shortage` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Short {
    /// The order that the units were sold with.
    pub(crate) order_id: OrderId,
    /// The OMS that fulfils the order.
    pub(crate) oms: ConnectorName,
    /// The fulfilment order that could not be shipped, or not as a whole.
    pub(crate) fulfilment_order: String,
    /// The location that refused the units or did not find them.
    pub(crate) location: LocationId,
    /// The units that were looked for and not found there; none where the location refused.
    pub(crate) not_found: Vec<EventLine>,
    /// The units that no other location has.
    pub(crate) backordered: Vec<EventLine>,
    /// For how long these are waited for, in seconds.
    pub(crate) wait_seconds: u64,
    /// How long before its authorisation runs out the order stops waiting, in seconds.
    pub(crate) margin_seconds: u64,
    /// What was decided when the shortage was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recorded: Option<Recorded>,
    /// How many units were cancelled in the end.
    #[serde(default)]
    pub(crate) cancelled: u32,
}

/// What the pivot decides, from the order as it stands in its commit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recorded {
    /// When it was recorded.
    pub(crate) at: Timestamp,
    /// Until when the goods are waited for.
    pub(crate) until: Timestamp,
    /// What the customer paid for the units that wait.
    pub(crate) worth: Money,
}

impl Short {
    /// The time that is left until the units are cancelled.
    pub(crate) fn wait(&self) -> Duration {
        let Some(recorded) = self.recorded.as_ref().filter(|_| self.is_backordered()) else {
            return Duration::ZERO;
        };
        let left = recorded.until.duration_since(recorded.at);
        Duration::try_from(left).unwrap_or_default()
    }

    pub(crate) fn is_backordered(&self) -> bool {
        !self.backordered.is_empty()
    }

    pub(crate) fn is_short_picked(&self) -> bool {
        !self.not_found.is_empty()
    }

    /// How many units of each line wait for stock.
    pub(crate) fn waiting(&self) -> Vec<(LineId, u32)> {
        let lines = self.backordered.iter();
        lines
            .map(|line| (line.line_id.clone(), line.quantity.get()))
            .collect()
    }
}

impl State for Short {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: self.recorded.as_ref().map(|recorded| recorded.worth),
            points: None,
        }
    }
}

impl HasCase for Short {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order_id)
    }
}
