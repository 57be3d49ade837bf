//! Takes the money of one packed shipment, before it may leave.

use crate::fulfilment::state::Fulfilling;
use crate::records::FEED;
use crate::systems::Systems;
use crossdock_desk::fact;
use crossdock_model::event::PaymentCaptured;
use crossdock_model::{Delivery, ExternalRef, Fault, Money, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_payment_contract::{Capture, PaymentClient};

pub(crate) struct CapturePayment(PaymentClient);

impl CapturePayment {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.payment.clone())
    }
}

impl Step<Fulfilling> for CapturePayment {
    const NAME: &'static str = "capture-payment";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Fulfilling) -> Result<ExternalRef, Fault> {
        let capture = Capture {
            order: state.order_id.to_string(),
            reference: state.reference(),
            amount: state.packed.share().paid(state.currency),
            last: state.packed.last,
        };
        let payment = self.0.pinned_to(&state.pins.payment);
        payment
            .capture(delivery, &capture)
            .await
            .map(|captured| captured.reference)
    }

    fn record(state: &mut Fulfilling, capture: ExternalRef) {
        state.capture = Some(capture);
    }

    fn changes(state: &Fulfilling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let captured = PaymentCaptured {
            order_id: state.order_id,
            amount: state.packed.share().paid(state.currency),
            captured: Money::new(state.packed.all_shipments, state.currency),
            reference: state.capture.clone(),
        };
        let key = vec![("capture-of-shipment", state.reference())];
        fact(moment, FEED, &captured, key)
    }

    fn next_action(_code: &str) -> &'static str {
        "The shipment is packed and not paid: get a new authorisation from the customer and retry, or unpack it at the OMS."
    }
}
