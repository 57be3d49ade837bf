//! Waits until the OMS says that the shipment has left; with it, its units have.

use crate::fulfilment::state::Fulfilling;
use crate::{records, search};
use crossdock_model::event::{EventLine, OrderCompleted, OrderShipped};
use crossdock_model::{LineId, Quantity, Refusal, Sku, Timestamp};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Await, Loaded, Moment};
use proc_order_contract::{Lifecycle, Order};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) struct AwaitShipped;

/// What the OMS says of a shipment that has left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ShippedSignal {
    /// The carrier's tracking number.
    pub(crate) tracking: Option<String>,
    /// The event's time, not that of its arrival here.
    pub(crate) at: Timestamp,
}

impl Await<Fulfilling> for AwaitShipped {
    const NAME: &'static str = "shipped";
    const DEADLINE: Duration = Duration::from_hours(14 * 24);
    type Signal = ShippedSignal;

    fn record(state: &mut Fulfilling, signal: ShippedSignal) {
        state.tracking = signal.tracking;
        state.shipped_at = Some(signal.at);
    }

    fn reads(state: &Fulfilling) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    fn changes(state: &Fulfilling, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::order(state.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        let at = state.shipped_at.unwrap_or(moment.now);
        order.ship(&state.fulfilment_order, state.tracking.clone(), at);
        let is_final = order.lifecycle == Lifecycle::Completed;
        let shipped = shipped(state, &order, is_final);
        let mut events = vec![records::event(moment, &record, &shipped)?];
        let skus = shipped.lines.iter().map(|line| &line.sku);
        let found_by = search::shipped(skus, &state.location, at);
        let capture = state.capture.as_ref().map(search::payment);
        if is_final {
            let completed = OrderCompleted { order_id: order.id };
            events.push(records::event(moment, &record, &completed)?);
        }
        Ok(Changes {
            records: vec![
                moment
                    .update(&record, version, &order)?
                    .found_by(found_by)
                    .found_by(capture),
            ],
            events,
            answer: None,
        })
    }

    fn next_action(_code: &str) -> &'static str {
        "A paid shipment has not left for two weeks: find it at the store or warehouse, then retry to wait on or refund it."
    }
}

fn shipped(state: &Fulfilling, order: &Order, is_final: bool) -> OrderShipped {
    let sku = |id: &LineId| -> Option<Sku> {
        let line = order.lines.iter().find(|line| &line.id == id)?;
        Some(line.sku.clone())
    };
    let lines = state.lines.iter().filter_map(|(id, count)| {
        Some(EventLine {
            line_id: id.clone(),
            sku: sku(id)?,
            quantity: Quantity::new(*count)?,
        })
    });
    OrderShipped {
        order_id: order.id,
        fulfilment_order: state.fulfilment_order.clone(),
        location: state.location.clone(),
        units: state.packed.ids(),
        lines: lines.collect(),
        tracking: state.tracking.clone(),
        capture: state.capture.clone(),
        is_final,
    }
}
