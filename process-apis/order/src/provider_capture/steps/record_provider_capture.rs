//! The pivot of a capture at the provider: the money was taken, which is a fact.

use crate::provider_capture::state::CapturedAtProvider;
use crate::records::{self, FEED};
use crossdock_desk::fact;
use crossdock_model::Refusal;
use crossdock_model::event::PaymentCaptured;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::{Order, ProviderCapture};

pub(crate) struct RecordProviderCapture;

impl Pivot<CapturedAtProvider> for RecordProviderCapture {
    const NAME: &'static str = "record-provider-capture";
    type Out = ();

    fn reads(state: &CapturedAtProvider) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    fn choose(_: &CapturedAtProvider, _loaded: &Loaded, _moment: &Moment) -> Result<(), Refusal> {
        Ok(())
    }

    fn record(_state: &mut CapturedAtProvider, (): ()) {}

    fn changes(
        state: &CapturedAtProvider,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let record = records::order(state.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.provider.captures.push(ProviderCapture {
            reference: state.reference.clone(),
            amount: state.amount,
        });
        let captured = PaymentCaptured {
            order_id: order.id,
            amount: state.amount,
            captured: order.taken(),
            reference: Some(state.reference.clone()),
        };
        let mut changes = fact(moment, FEED, &captured, Vec::new())?;
        changes
            .records
            .push(moment.update(&record, version, &order)?);
        Ok(changes)
    }
}
