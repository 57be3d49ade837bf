//! What the workflow knows about the points of a shipment.

use crossdock_desk::{Case, HasCase};
use crossdock_model::{ConnectorName, OrderId, Points, Program, UnitRange};
use crossdock_workflow::{AtRisk, State};
use proc_order_contract::{Order, Share, UnitRun};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The feed of this API.
pub(crate) const FEED: &str = "loyalty";

/// What an instance of the workflow `mature-points` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Maturing {
    /// The order that earned the points.
    pub(crate) order: OrderId,
    /// The reference of the shipment whose money has settled.
    pub(crate) shipment: String,
    /// The loyalty engine that the order pinned.
    pub(crate) connector: ConnectorName,
    /// The shipment's units that earn points.
    pub(crate) units: Vec<UnitRange>,
    /// How many points they earned when they were sold.
    pub(crate) points: i64,
    /// The loyalty programme of the points.
    pub(crate) program: Program,
    /// How long after the settlement they mature, in seconds.
    pub(crate) window_seconds: u64,
    /// How many matured: fewer, where units were returned before.
    #[serde(default)]
    pub(crate) matured: i64,
}

impl Maturing {
    /// The points of that shipment; none if nobody earns any with it.
    pub(crate) fn new(order: &Order, shipment: String, window_seconds: u64) -> Option<Self> {
        let earn = order.earn.as_ref()?;
        order.member.as_ref()?;
        let left = shipment.strip_prefix(&format!("{}-", order.id))?;
        let earning = |run: &&UnitRun| run.shipment.as_deref() == Some(left) && run.earn_points > 0;
        let units: Vec<&UnitRun> = order.units.iter().filter(earning).collect();
        if units.is_empty() {
            return None;
        }
        Some(Self {
            order: order.id,
            connector: order.pins.loyalty.clone(),
            points: Share::of(units.iter().copied()).earn_points,
            units: joined(units.iter().map(|run| run.units.clone())),
            program: earn.program.clone(),
            window_seconds,
            matured: 0,
            shipment,
        })
    }

    pub(crate) fn window(&self) -> Duration {
        Duration::from_secs(self.window_seconds)
    }
}

/// The same units in as few ranges as their order allows.
fn joined(ranges: impl IntoIterator<Item = UnitRange>) -> Vec<UnitRange> {
    let mut joined: Vec<UnitRange> = Vec::new();
    for range in ranges {
        if let Some(before) = joined.last_mut()
            && let Some(both) = before.join(&range)
        {
            *before = both;
        } else {
            joined.push(range);
        }
    }
    joined
}

impl State for Maturing {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: None,
            points: Some(Points::new(self.points, &self.program)),
        }
    }
}

impl HasCase for Maturing {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_kept_as_one_range() {
        let ranges = |text: &[&str]| -> Vec<UnitRange> {
            text.iter().map(|range| range.parse().unwrap()).collect()
        };
        let units = ranges(&["A#1", "A#2", "A#3..A#9", "A#11", "B#12"]);
        assert_eq!(joined(units), ranges(&["A#1..A#9", "A#11", "B#12"]));
        assert_eq!(joined(None), []);
    }
}
