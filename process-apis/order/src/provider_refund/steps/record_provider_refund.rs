//! The pivot of a refund at the provider: the money is gone, which is a fact that counts against the order's ceiling.

use crate::provider_refund::state::RefundedAtProvider;
use crate::records::{self, FEED};
use crossdock_desk::fact;
use crossdock_model::Refusal;
use crossdock_model::event::RefundSettled;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::{Order, ProviderRefund};

pub(crate) struct RecordProviderRefund;

impl Pivot<RefundedAtProvider> for RecordProviderRefund {
    const NAME: &'static str = "record-provider-refund";
    type Out = ();

    fn reads(state: &RefundedAtProvider) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    fn choose(_: &RefundedAtProvider, _loaded: &Loaded, _moment: &Moment) -> Result<(), Refusal> {
        Ok(())
    }

    fn record(_state: &mut RefundedAtProvider, (): ()) {}

    fn changes(
        state: &RefundedAtProvider,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let record = records::order(state.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.provider.refunds.push(ProviderRefund {
            reference: state.reference.clone(),
            amount: state.amount,
            at: state.at,
            attribution: None,
        });
        let settled = RefundSettled {
            order_id: order.id,
            return_id: None,
            amount: state.amount,
            reference: Some(state.reference.clone()),
            settled_at: state.at,
            remaining_refundable: None,
        };
        let mut changes = fact(moment, FEED, &settled, Vec::new())?;
        changes
            .records
            .push(moment.update(&record, version, &order)?);
        Ok(changes)
    }
}
