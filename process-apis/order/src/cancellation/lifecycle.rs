//! What a refused cancellation writes: the event `CancellationRefused` with the answer to its caller.

use crate::cancellation::state::Cancelling;
use crate::records;
use crossdock_desk::refusal_answer;
use crossdock_model::Refusal;
use crossdock_model::event::CancellationRefused;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Lifecycle, Loaded, Moment};
use proc_order_contract::Order;

pub(crate) struct CancellingHooks;

impl Lifecycle<Cancelling> for CancellingHooks {
    fn reads(&self, state: &Cancelling) -> Vec<RecordRef> {
        vec![records::order(state.order.id)]
    }

    fn refused(
        &self,
        state: &Cancelling,
        refusal: &Refusal,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let record = records::order(state.order.id);
        let (version, order) = loaded.need::<Order>(&record)?;
        let refused = CancellationRefused {
            order_id: order.id,
            reason: refusal.detail.clone(),
        };
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            events: vec![records::event(moment, &record, &refused)?],
            answer: Some(refusal_answer(refusal)?),
        })
    }
}
