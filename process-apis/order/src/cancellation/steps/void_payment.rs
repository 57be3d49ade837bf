//! Releases what is left of the order's authorisation, once nothing of the order is left to pack.

use crate::cancellation::state::Cancelling;
use crate::reserved_money;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Money, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_payment_contract::PaymentClient;

pub(crate) struct VoidPayment(PaymentClient);

impl VoidPayment {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.payment.clone())
    }
}

impl Step<Cancelling> for VoidPayment {
    const NAME: &'static str = "void-payment";
    const RETRY: Retry = Retry::PATIENT;
    /// What was given up over all voids of the order.
    type Out = Option<Money>;

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<Option<Money>, Fault> {
        let captures = state
            .given_up
            .as_ref()
            .and_then(|given_up| given_up.captures);
        let payment = self.0.pinned_to(&state.order.pins.payment);
        reserved_money::release(&payment, delivery, state.order.id, captures).await
    }

    fn record(state: &mut Cancelling, voided: Option<Money>) {
        state.voided = voided;
    }

    fn changes(state: &Cancelling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        reserved_money::released(moment, state.order.id, state.voided)
    }

    fn next_action(_code: &str) -> &'static str {
        reserved_money::NEXT_ACTION
    }
}
