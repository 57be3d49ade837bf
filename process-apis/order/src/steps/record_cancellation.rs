//! The pivot of a cancellation: the OMS has stopped, so every unit is given up.

use crate::workflows::cancel_order::Cancelling;
use crossdock_model::Refusal;
use crossdock_store::{Answer, Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::{Cancelled, Order};

pub(crate) struct RecordCancellation;

impl Pivot<Cancelling> for RecordCancellation {
    const NAME: &'static str = "record-cancellation";

    fn reads(state: &Cancelling) -> Vec<RecordRef> {
        vec![crate::records::order(state.order.id)]
    }

    fn commit(state: &Cancelling, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = crate::records::order(state.order.id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.cancel();
        let done = Cancelled {
            order_id: order.id,
            released: order.totals.card,
            points_restored: order.redemption.as_ref().map_or(0, |burnt| burnt.points),
            at: moment.now,
        };
        let body = serde_json::to_string(&done).map_err(|error| {
            Refusal::new(
                "internal",
                format!("the cancellation cannot be written: {error}"),
            )
        })?;
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            events: vec![crate::events::cancelled(
                moment,
                &record,
                &order,
                &state.reason,
            )?],
            answer: Some(Answer {
                status: 201,
                body: body.into(),
            }),
        })
    }
}
