//! Starts `resolve-shortage` where a location refused units that nobody else has, or did not find what it should have.

use crate::deps::Deps;
use crate::fact_start::FactStart;
use crate::shortage::NAME;
use crate::shortage::state::Short;
use crossdock_events::{CloudEvent, Handled};
use crossdock_model::event::{EventLine, FulfilmentRejected, FulfilmentShortPicked};
use crossdock_model::{Fault, LocationId};
use proc_order_contract::Order;

/// What a location did not ship of a fulfilment order, whichever event says so.
pub(crate) struct Shortage {
    pub(crate) order_reference: String,
    fulfilment_order: String,
    location: LocationId,
    not_found: Vec<EventLine>,
    backordered: Vec<EventLine>,
}

impl From<FulfilmentRejected> for Shortage {
    fn from(rejected: FulfilmentRejected) -> Self {
        Self {
            order_reference: rejected.order_reference,
            fulfilment_order: rejected.fulfilment_order,
            location: rejected.location,
            not_found: Vec::new(),
            backordered: rejected.backordered,
        }
    }
}

impl From<FulfilmentShortPicked> for Shortage {
    fn from(picked: FulfilmentShortPicked) -> Self {
        Self {
            order_reference: picked.order_reference,
            fulfilment_order: picked.fulfilment_order,
            location: picked.location,
            not_found: picked.lines,
            backordered: picked.backordered,
        }
    }
}

/// Starts the workflow, once. What was refused and sourced again elsewhere needs none.
pub(crate) async fn resolve(
    deps: &Deps,
    event: &CloudEvent,
    order: &Order,
    shortage: Shortage,
) -> Result<Handled, Fault> {
    if shortage.not_found.is_empty() && shortage.backordered.is_empty() {
        return Ok(Handled::Done);
    }
    let settings = &deps.pricing.settings;
    let state = Short {
        order_id: order.id,
        oms: order.pins.oms.clone(),
        fulfilment_order: shortage.fulfilment_order,
        location: shortage.location,
        not_found: shortage.not_found,
        backordered: shortage.backordered,
        wait_seconds: settings.backorder_wait.get().as_secs(),
        margin_seconds: settings.capture_margin.get().as_secs(),
        recorded: None,
        cancelled: 0,
    };
    let start = FactStart {
        workflow: NAME,
        reader: "order/oms",
        operation: "order.resolve-shortage",
        // A fulfilment order is refused or picked once.
        key: format!("{}/{}", order.id, state.fulfilment_order),
        partition: order.id.to_string(),
        correlation: order.correlation.clone(),
        state: &state,
    };
    deps.start_on_fact(event, start).await
}
