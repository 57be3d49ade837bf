//! Waits until a person says what a refund at the provider was for.

use crate::provider_refund::state::{Attributed, RefundedAtProvider};
use crate::records;
use crossdock_model::Refusal;
use crossdock_model::event::RefundAttributed;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Await, Loaded, Moment};
use proc_order_contract::Order;
use std::time::Duration;

/// Later returns' money waits for it: without the units, one of them might be paid twice.
pub(crate) struct AttributeRefund;

impl Await<RefundedAtProvider> for AttributeRefund {
    const NAME: &'static str = "attribute-refund";
    /// Never met: it is on the desk from its first moment.
    const DEADLINE: Duration = Duration::from_hours(24);
    type Signal = Attributed;

    fn asks(state: &RefundedAtProvider) -> Option<Refusal> {
        let (code, what) = match &*state.reference.kind {
            "dispute" => ("dispute_lost", "was lost in a dispute"),
            _a_refund => ("provider_refund", "was refunded at the payment provider"),
        };
        let detail = format!(
            "{} of order {} {what} ({}), and nobody has said for which units: refunds of its returns wait",
            state.amount, state.order_id, state.reference.value
        );
        Some(Refusal::new(code, detail))
    }

    fn record(state: &mut RefundedAtProvider, attributed: Attributed) {
        state.purpose = attributed.into();
    }

    fn reads(state: &RefundedAtProvider) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    fn changes(
        state: &RefundedAtProvider,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let record = records::order(state.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        let Some(purpose) = &state.purpose else {
            let mut refunds = order.provider.refunds.iter();
            if refunds.any(|refund| refund.reference == state.reference) {
                let detail = "the refund stands: say what it was for";
                return Err(Refusal::new("wrong_state", detail));
            }
            return Ok(Changes::none());
        };
        let attribution = order.attribute(&state.reference, purpose)?;
        let attributed = RefundAttributed {
            order_id: order.id,
            reference: state.reference.clone(),
            amount: state.amount,
            units: attribution.units,
            capture: attribution.capture,
            goodwill: attribution.goodwill,
        };
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            events: vec![records::event(moment, &record, &attributed)?],
            answer: None,
        })
    }

    fn next_action(_code: &str) -> &'static str {
        "Find out what it was for, then skip the node with the units as `{\"units\": [\"1#1\"]}`; what they do not account for is booked as goodwill, all of it with `{\"units\": []}`. Where it gave back a capture made at the provider, `{\"capture\": \"CAPTURE\"}`."
    }
}
