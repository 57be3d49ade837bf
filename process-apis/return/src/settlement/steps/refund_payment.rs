//! Gives the money back to the card it came from.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crate::systems::Systems;
use crossdock_model::event::RefundSubmitted;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_payment_contract::{PaymentClient, Refund};

pub(crate) struct RefundPayment(PaymentClient);

impl RefundPayment {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.payment.clone())
    }
}

impl Step<Returning> for RefundPayment {
    const NAME: &'static str = "refund-payment";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<ExternalRef, Fault> {
        let refund = Refund {
            order: state.order(),
            reference: state.reference(),
            amount: state.returned.refund(),
        };
        let payment = self.0.pinned_to(&state.returned.pins.payment);
        payment
            .refund(delivery, &refund)
            .await
            .map(|refunded| refunded.reference)
    }

    fn record(state: &mut Returning, refund: ExternalRef) {
        state.refund = Some(refund);
    }

    fn changes(state: &Returning, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let submitted = RefundSubmitted {
            order_id: state.returned.order_id,
            return_id: Some(state.returned.id),
            amount: state.returned.refund(),
            reference: state.refund.clone(),
        };
        let key = vec![("refund-of-return", state.reference())];
        crossdock_desk::fact(moment, records::FEED, &submitted, key)
    }

    fn next_action(_code: &str) -> &'static str {
        "Refund the customer by hand (store credit or bank transfer), then skip the node with the reference."
    }
}
