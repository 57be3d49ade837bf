//! Hands the placed order to fulfilment; what nobody has any more is backordered, never refused.

use crate::placing::state::Placing;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use sys_oms_contract::{CreateOrder, OmsClient};

pub(crate) struct CreateOmsOrder(OmsClient);

impl CreateOmsOrder {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.oms.clone())
    }
}

impl Step<Placing> for CreateOmsOrder {
    const NAME: &'static str = "create-oms-order";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<ExternalRef, Fault> {
        let order = CreateOrder {
            reference: state.order.id.to_string(),
            ship_to: state.order.ship_to.clone(),
            lines: state.wanted_lines(),
        };
        let oms = self.0.pinned_to(&state.order.pins.oms);
        oms.create_order(delivery, &order)
            .await
            .map(|created| created.reference)
    }

    fn record(_state: &mut Placing, _reference: ExternalRef) {}

    fn next_action(_code: &str) -> &'static str {
        "The order is paid and not handed to fulfilment: correct it at the OMS (address, SKU), then retry; or cancel the order."
    }
}
