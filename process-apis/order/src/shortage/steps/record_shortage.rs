//! The pivot of a shortage: the OMS has reported it, which is a fact that nobody can refuse.

use crate::records::{self, FEED};
use crate::shortage::state::{Recorded, Short};
use crossdock_desk::fact;
use crossdock_model::Refusal;
use crossdock_model::event::OrderBackordered;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::{Order, Share};
use std::time::Duration;

pub(crate) struct RecordShortage;

impl Pivot<Short> for RecordShortage {
    const NAME: &'static str = "record-shortage";
    type Out = Recorded;

    fn reads(state: &Short) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    fn choose(state: &Short, loaded: &Loaded, moment: &Moment) -> Result<Recorded, Refusal> {
        let (_, order) = loaded.need::<Order>(&records::order(state.order_id))?;
        let now = moment.now;
        let waited = now.saturating_add(Duration::from_secs(state.wait_seconds));
        let mut until = waited.unwrap_or(now);
        if let Some(capture_before) = order.capture_before {
            let margin = Duration::from_secs(state.margin_seconds);
            until = until.min(capture_before.saturating_sub(margin).unwrap_or(now));
        }
        let waiting = state.waiting().into_iter();
        let waiting: Vec<_> = waiting.map(|(line, units)| (line, Some(units))).collect();
        // Where some of them were given up meanwhile, nothing is at risk for them any more.
        let units = order.cancellable(&waiting).unwrap_or_default();
        Ok(Recorded {
            at: now,
            until: until.max(now),
            worth: Share::of(&order.rows(&units)).paid(order.currency),
        })
    }

    fn record(state: &mut Short, recorded: Recorded) {
        state.recorded = Some(recorded);
    }

    fn changes(state: &Short, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let Some(recorded) = state.recorded.as_ref().filter(|_| state.is_backordered()) else {
            return Ok(Changes::none());
        };
        let backordered = OrderBackordered {
            order_id: state.order_id,
            fulfilment_order: state.fulfilment_order.clone(),
            lines: state.backordered.clone(),
            until: recorded.until,
        };
        fact(moment, FEED, &backordered, Vec::new())
    }
}
