//! The pivot: the customer does not have the money, which is a fact; the return's leg is open again.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crossdock_model::Refusal;
use crossdock_model::event::RefundReversed;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_return_contract::{Leg, Return};

pub(crate) struct RecordRefundReversed;

impl Pivot<Returning> for RecordRefundReversed {
    const NAME: &'static str = "record-refund-reversed";
    type Out = ();

    fn reads(state: &Returning) -> Vec<RecordRef> {
        vec![records::of_return(state.returned.id)]
    }

    fn choose(_state: &Returning, _loaded: &Loaded, _moment: &Moment) -> Result<(), Refusal> {
        Ok(())
    }

    fn record(state: &mut Returning, (): ()) {
        state
            .returned
            .refund_reversed
            .clone_from(&state.refund_failed);
    }

    fn changes(state: &Returning, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::of_return(state.returned.id);
        let (version, mut returned) = loaded.need::<Return>(&record)?;
        returned
            .refund_reversed
            .clone_from(&state.returned.refund_reversed);
        returned.legs.refund = Leg::default();
        returned.closed_at = None;
        let reversed = RefundReversed {
            order_id: returned.order_id,
            return_id: Some(returned.id),
            amount: returned.refund(),
            reference: state.refund.clone(),
            reason: state.refund_failed.clone().unwrap_or_default(),
        };
        let mut changes = crossdock_desk::fact(moment, records::FEED, &reversed, Vec::new())?;
        changes
            .records
            .push(moment.update(&record, version, &returned)?);
        Ok(changes)
    }
}
