//! The pivot of a cancellation: the OMS has stopped, so every unit is given up.

use crate::cancellation::state::Cancelling;
use crate::records;
use crossdock_desk::answer;
use crossdock_model::Refusal;
use crossdock_model::event::OrderCancelled;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::{Cancelled, Order};

pub(crate) struct RecordCancellation;

impl Pivot<Cancelling> for RecordCancellation {
    const NAME: &'static str = "record-cancellation";
    type Out = ();

    fn reads(state: &Cancelling) -> Vec<RecordRef> {
        vec![records::order(state.order.id)]
    }

    fn choose(_state: &Cancelling, _loaded: &Loaded, _moment: &Moment) -> Result<(), Refusal> {
        Ok(())
    }

    fn record(_state: &mut Cancelling, (): ()) {}

    fn changes(state: &Cancelling, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::order(state.order.id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.cancel();
        let done = Cancelled {
            order_id: order.id,
            released: order.totals.card,
            points_restored: order.redemption.as_ref().map_or(0, |burnt| burnt.points),
            at: moment.now,
        };
        let cancelled = OrderCancelled {
            order_id: order.id,
            reason: state.reason.clone(),
            decided_by: "customer".into(),
            units: order.units.iter().map(|run| run.units.clone()).collect(),
        };
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            events: vec![records::event(moment, &record, &cancelled)?],
            answer: Some(answer(201, &done)?),
        })
    }
}
