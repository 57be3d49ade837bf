//! Waits until a person says what a capture at the provider is.

use crate::provider_capture::state::{CapturedAtProvider, Explanation};
use crate::records;
use crossdock_model::Refusal;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Await, Loaded, Moment};
use proc_order_contract::{Order, Shipment};
use std::time::Duration;

pub(crate) struct ExplainCapture;

impl Await<CapturedAtProvider> for ExplainCapture {
    const NAME: &'static str = "explain-capture";
    /// Never met: it is on the desk from its first moment.
    const DEADLINE: Duration = Duration::from_hours(24);
    type Signal = Explanation;

    fn asks(state: &CapturedAtProvider) -> Option<Refusal> {
        let detail = format!(
            "{} of order {} was captured at the payment provider ({}), and no shipment has claimed it",
            state.amount, state.order_id, state.reference.value
        );
        Some(Refusal::new("provider_capture", detail))
    }

    fn record(state: &mut CapturedAtProvider, explanation: Explanation) {
        state.explanation = Some(explanation);
    }

    fn reads(state: &CapturedAtProvider) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    /// A capture that paid for a shipment is that shipment's: it is not beside the shipments any more.
    fn changes(
        state: &CapturedAtProvider,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let explanation = state.explanation.as_ref();
        let Some(shipment) = explanation.and_then(|what| what.shipment.as_ref()) else {
            return Ok(Changes::none());
        };
        let record = records::order(state.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        let mut shipments = order.shipments.iter();
        if !shipments.any(|packed| Shipment::reference(order.id, &packed.id) == *shipment) {
            let detail = format!("order {} has no shipment {shipment}", order.id);
            return Err(Refusal::new("not_found", detail));
        }
        let captures = &mut order.provider.captures;
        captures.retain(|capture| capture.reference != state.reference);
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            ..Changes::none()
        })
    }

    fn next_action(_code: &str) -> &'static str {
        "If it paid for a shipment whose own capture is parked, skip this node with `{\"shipment\": \"ORDER-SHIPMENT\"}` and that one with the capture as `{\"system\": \"main\", \"kind\": \"capture\", \"value\": \"CAPTURE\"}`. Otherwise give it back at the payment provider, then skip this node with `{}` and attribute the refund to this capture."
    }
}
