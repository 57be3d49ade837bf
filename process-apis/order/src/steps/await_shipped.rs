//! Waits until the OMS says that the shipment has left; with it, its units have.

use crate::workflows::fulfil_shipment::Fulfilling;
use crossdock_model::{Refusal, Timestamp};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Await, Loaded, Moment};
use proc_order_contract::Order;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) struct Shipped;

/// What the OMS said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HasShipped {
    /// The carrier's number.
    pub(crate) tracking: Option<String>,
    /// When it left.
    pub(crate) at: Timestamp,
}

impl Await<Fulfilling> for Shipped {
    const NAME: &'static str = "shipped";
    const DEADLINE: Duration = Duration::from_hours(14 * 24);
    type Signal = HasShipped;

    fn record(state: &mut Fulfilling, said: HasShipped) {
        state.tracking = said.tracking;
        state.shipped_at = Some(said.at);
    }

    fn reads(state: &Fulfilling) -> Vec<RecordRef> {
        vec![crate::records::order(state.order_id())]
    }

    fn changes(state: &Fulfilling, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = crate::records::order(state.order_id());
        let (version, mut order) = loaded.need::<Order>(&record)?;
        let at = state.shipped_at.unwrap_or(moment.now);
        order.ship(&state.fulfilment_order, state.tracking.clone(), at);
        let mut events = vec![crate::events::shipped(moment, &record, state, &order)?];
        if order.lifecycle == proc_order_contract::Lifecycle::Completed {
            events.push(crate::events::completed(moment, &record, &order)?);
        }
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            events,
            answer: None,
        })
    }

    fn next_action(_code: &str) -> &'static str {
        "A paid shipment has not left for two weeks: find it at the store or warehouse, then retry to wait on or refund it."
    }
}
