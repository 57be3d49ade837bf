//! Gives the reserved card money back.

use crate::workflows::cancel_order::Cancelling;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_payment_contract::{PaymentClient, Void};

pub(crate) struct VoidPayment(pub(crate) PaymentClient);

impl Step<Cancelling> for VoidPayment {
    const NAME: &'static str = "void-payment";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<(), Fault> {
        let void = Void {
            order: state.order.id.to_string(),
        };
        self.0
            .at(&state.order.pins.payment)
            .void(delivery, &void)
            .await
            .map(drop)
    }

    fn record(_state: &mut Cancelling, (): ()) {}
}
