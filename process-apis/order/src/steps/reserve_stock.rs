//! Holds stock for the order at the OMS; undone by giving it back.

use crate::workflows::place_order::Placing;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Reversible, Step};
use sys_oms_contract::{FulfilmentMode, OmsClient, Release, Reserve, WantedLine};

/// The client, and for how many seconds the stock is held.
pub(crate) struct ReserveStock(pub(crate) OmsClient, pub(crate) u32);

impl Step<Placing> for ReserveStock {
    const NAME: &'static str = "reserve-stock";
    const RETRY: Retry = Retry::PROMPT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<ExternalRef, Fault> {
        let wanted = Reserve {
            reference: state.order.id.to_string(),
            lines: wanted_lines(state),
            expires_in_seconds: self.1,
            allow_partial: false,
        };
        let oms = self.0.at(&state.order.pins.oms);
        oms.reserve(delivery, &wanted)
            .await
            .map(|held| held.reference)
    }

    fn record(state: &mut Placing, reservation: ExternalRef) {
        state.reservation = Some(reservation);
    }
}

impl Reversible<Placing> for ReserveStock {
    async fn undo(&self, delivery: &Delivery, state: &Placing) -> Result<(), Fault> {
        let release = Release {
            reference: state.order.id.to_string(),
        };
        self.0
            .at(&state.order.pins.oms)
            .release(delivery, &release)
            .await
            .map(drop)
    }
}

/// The order's lines as the OMS is asked for them; it chooses the locations.
pub(crate) fn wanted_lines(state: &Placing) -> Vec<WantedLine> {
    let wanted = |line: &proc_order_contract::OrderLine| WantedLine {
        line: line.id.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
        location: None,
        fulfilment: FulfilmentMode::ShipFromStore,
    };
    state.order.lines.iter().map(wanted).collect()
}
