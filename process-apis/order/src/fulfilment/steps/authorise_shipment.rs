//! Lets a paid shipment leave.

use crate::fulfilment::state::Fulfilling;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_oms_contract::{AuthoriseShipment as Authorise, OmsClient};

pub(crate) struct AuthoriseShipment(OmsClient);

impl AuthoriseShipment {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.oms.clone())
    }
}

impl Step<Fulfilling> for AuthoriseShipment {
    const NAME: &'static str = "authorise-shipment";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Fulfilling) -> Result<(), Fault> {
        let authorise = Authorise {
            fulfilment_order: state.fulfilment_order.clone(),
        };
        self.0
            .pinned_to(&state.pins.oms)
            .authorise_shipment(delivery, &authorise)
            .await
            .map(drop)
    }

    fn record(_state: &mut Fulfilling, (): ()) {}
}
