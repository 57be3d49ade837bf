//! Looks again for goods that the OMS did not have when it took the order on; what is still missing is for a person.

use crate::placing::state::Placing;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_oms_contract::{OmsClient, OmsOrder};

pub(crate) struct CheckBackorder(OmsClient);

impl CheckBackorder {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.oms.clone())
    }
}

impl Step<Placing> for CheckBackorder {
    const NAME: &'static str = "check-backorder";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<(), Fault> {
        let oms = self.0.pinned_to(&state.order.pins.oms);
        let order = oms
            .order(&delivery.context, &state.order.id.to_string())
            .await?;
        if order.backordered {
            return Err(Fault::refused("out_of_stock", missing(&order)));
        }
        Ok(())
    }

    fn record(_state: &mut Placing, (): ()) {}

    fn next_action(_code: &str) -> &'static str {
        "The goods are sold and nobody has them all: find stock and retry, or agree with the customer and cancel the units, then retry."
    }
}

fn missing(order: &OmsOrder) -> String {
    let short = order.lines.iter().filter(|line| line.backordered > 0);
    let lines = short.map(|line| {
        let (sku, ordered) = (&line.sku, line.quantity);
        format!("{} of {ordered} {sku}", line.backordered)
    });
    format!(
        "the OMS has backordered {}",
        lines.collect::<Vec<_>>().join(", ")
    )
}
