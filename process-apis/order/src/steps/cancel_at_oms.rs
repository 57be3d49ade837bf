//! Asks the OMS to stop; it alone knows whether something is packed already.

use crate::workflows::cancel_order::Cancelling;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_oms_contract::{CancelOrder, OmsClient};

pub(crate) struct CancelAtOms(pub(crate) OmsClient);

impl Step<Cancelling> for CancelAtOms {
    const NAME: &'static str = "cancel-at-oms";
    const RETRY: Retry = Retry::PROMPT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<(), Fault> {
        let cancel = CancelOrder {
            reference: state.order.id.to_string(),
        };
        self.0
            .at(&state.order.pins.oms)
            .cancel_order(delivery, &cancel)
            .await
            .map(drop)
    }

    fn record(_state: &mut Cancelling, (): ()) {}
}
