//! Takes the money of one packed shipment, before it may leave.

use crate::workflows::fulfil_shipment::Fulfilling;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::UnitState;
use sys_payment_contract::{Capture, PaymentClient};

pub(crate) struct CapturePayment(pub(crate) PaymentClient);

impl Step<Fulfilling> for CapturePayment {
    const NAME: &'static str = "capture-payment";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Fulfilling) -> Result<ExternalRef, Fault> {
        let order = &state.order;
        let capture = Capture {
            order: order.id.to_string(),
            reference: state.reference(),
            amount: state.share.paid(order.currency),
            last: order.units_in(UnitState::Open).next().is_none(),
        };
        let payment = self.0.at(&order.pins.payment);
        payment
            .capture(delivery, &capture)
            .await
            .map(|captured| captured.reference)
    }

    fn record(state: &mut Fulfilling, capture: ExternalRef) {
        state.capture = Some(capture);
    }

    fn changes(state: &Fulfilling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        crate::records::captured(moment, state)
    }

    fn next_action(_code: &str) -> &'static str {
        "The shipment is packed and not paid: get a new authorisation from the customer and retry, or unpack it at the OMS."
    }
}
