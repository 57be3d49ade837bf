//! Tells the OMS what came back and where it goes: back on the shelf, to be made good, or away.

use crate::settlement::state::Returning;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use proc_return_contract::Disposition;
use sys_oms_contract::{Disposition as OmsDisposition, OmsClient, ReceiveReturn, ReturnLine};

pub(crate) struct ReceiveGoods(OmsClient);

impl ReceiveGoods {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.oms.clone())
    }
}

impl Step<Returning> for ReceiveGoods {
    const NAME: &'static str = "receive-goods";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<(), Fault> {
        let lines = state.returned.units.iter().map(|unit| ReturnLine {
            line: unit.units.line().clone(),
            sku: unit.sku.clone(),
            quantity: unit.quantity,
            disposition: match unit.disposition {
                Disposition::Restock => OmsDisposition::Restock,
                Disposition::Refurbish => OmsDisposition::Refurbish,
                Disposition::Scrap => OmsDisposition::Scrap,
            },
        });
        let receive = ReceiveReturn {
            reference: state.reference(),
            order: state.order(),
            location: state.returned.location.clone(),
            lines: lines.collect(),
        };
        self.0
            .pinned_to(&state.returned.pins.oms)
            .receive_return(delivery, &receive)
            .await
            .map(drop)
    }

    fn record(_state: &mut Returning, (): ()) {}
}
