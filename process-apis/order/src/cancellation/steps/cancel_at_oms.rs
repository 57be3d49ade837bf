//! Asks the OMS to stop; it alone knows whether something is packed already.

use crate::cancellation::state::Cancelling;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Quantity};
use crossdock_workflow::{Retry, Step};
use sys_oms_contract::{CancelLines, CancelOrder, LineToCancel, OmsClient};

pub(crate) struct CancelAtOms(OmsClient);

impl CancelAtOms {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.oms.clone())
    }
}

impl Step<Cancelling> for CancelAtOms {
    const NAME: &'static str = "cancel-at-oms";
    const RETRY: Retry = Retry::STANDARD;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<(), Fault> {
        let oms = self.0.pinned_to(&state.order.pins.oms);
        let order = state.order.id.to_string();
        if state.is_whole() {
            let cancel = CancelOrder { reference: order };
            return oms.cancel_order(delivery, &cancel).await.map(drop);
        }
        let lines = state.asked.iter().filter_map(|(line, units)| {
            Some(LineToCancel {
                line: line.clone(),
                quantity: Quantity::new(*units)?,
            })
        });
        let cancel = CancelLines {
            reference: state.reference(),
            order,
            lines: lines.collect(),
        };
        oms.cancel_lines(delivery, &cancel).await.map(drop)
    }

    fn record(_state: &mut Cancelling, (): ()) {}
}
