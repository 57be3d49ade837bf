//! The pivot of a cancellation: the OMS has stopped, so the units are given up, lowest free numbers first.

use crate::cancellation::state::{Cancelling, GivenUp};
use crate::records;
use crossdock_desk::answer;
use crossdock_model::Refusal;
use crossdock_model::event::{OrderCancelled, OrderCompleted, OrderLineCancelled};
use crossdock_store::{Changes, NewEvent, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::{Lifecycle, Order};

pub(crate) struct RecordCancellation;

impl Pivot<Cancelling> for RecordCancellation {
    const NAME: &'static str = "record-cancellation";
    type Out = GivenUp;

    fn reads(state: &Cancelling) -> Vec<RecordRef> {
        vec![records::order(state.order.id)]
    }

    fn choose(state: &Cancelling, loaded: &Loaded, moment: &Moment) -> Result<GivenUp, Refusal> {
        let (_, order) = loaded.need::<Order>(&records::order(state.order.id))?;
        GivenUp::of(state, &order, moment.now)
    }

    fn record(state: &mut Cancelling, given_up: GivenUp) {
        state.given_up = Some(given_up);
    }

    fn changes(state: &Cancelling, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let Some(given_up) = &state.given_up else {
            return Ok(Changes::none());
        };
        let record = records::order(state.order.id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.cancel(&given_up.cancelled.units)?;
        order.cancellations.push(given_up.cancelled.clone());
        let mut events = vec![cancelled(state, given_up, moment)?];
        if order.lifecycle == Lifecycle::Completed {
            let completed = OrderCompleted { order_id: order.id };
            events.push(records::event(moment, &record, &completed)?);
        }
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            events,
            answer: Some(answer(201, &given_up.cancelled)?),
        })
    }
}

/// `OrderCancelled` where nothing of the order is left, else `OrderLineCancelled`.
fn cancelled(state: &Cancelling, given_up: &GivenUp, moment: &Moment) -> Result<NewEvent, Refusal> {
    let record = records::order(state.order.id);
    let done = &given_up.cancelled;
    macro_rules! event {
        ($kind:ident) => {
            records::event(
                moment,
                &record,
                &$kind {
                    order_id: done.order_id,
                    cancellation: done.id,
                    reason: state.reason.clone(),
                    decided_by: state.decided_by.to_string(),
                    units: done.units.clone(),
                    released: done.released,
                    owed: done.owed,
                },
            )
        };
    }
    if given_up.ends_order {
        event!(OrderCancelled)
    } else {
        event!(OrderLineCancelled)
    }
}
