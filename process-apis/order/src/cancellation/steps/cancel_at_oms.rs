//! Asks the OMS to stop; it alone knows whether something is packed already.

use crate::cancellation::state::Cancelling;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_oms_contract::{CancelOrder, OmsClient};

pub(crate) struct CancelAtOms(OmsClient);

impl CancelAtOms {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.oms.clone())
    }
}

impl Step<Cancelling> for CancelAtOms {
    const NAME: &'static str = "cancel-at-oms";
    const RETRY: Retry = Retry::PROMPT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<(), Fault> {
        let cancel = CancelOrder {
            reference: state.order.id.to_string(),
        };
        self.0
            .pinned_to(&state.order.pins.oms)
            .cancel_order(delivery, &cancel)
            .await
            .map(drop)
    }

    fn record(_state: &mut Cancelling, (): ()) {}
}
