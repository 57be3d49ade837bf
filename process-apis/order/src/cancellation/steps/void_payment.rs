//! Gives the reserved card money back.

use crate::cancellation::state::Cancelling;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_payment_contract::{PaymentClient, Void};

pub(crate) struct VoidPayment(PaymentClient);

impl VoidPayment {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.payment.clone())
    }
}

impl Step<Cancelling> for VoidPayment {
    const NAME: &'static str = "void-payment";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<(), Fault> {
        let void = Void {
            order: state.order.id.to_string(),
        };
        self.0
            .pinned_to(&state.order.pins.payment)
            .void(delivery, &void)
            .await
            .map(drop)
    }

    fn record(_state: &mut Cancelling, (): ()) {}
}
