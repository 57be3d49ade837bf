//! Holds stock for the order at the OMS; undone by giving it back.

use crate::placing::state::{Held, Placing};
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_workflow::{Loaded, Moment, Retry, Reversible, Step};
use sys_oms_contract::{OmsClient, Release, Reserve};

pub(crate) struct ReserveStock {
    oms: OmsClient,
}

impl ReserveStock {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self {
            oms: systems.oms.clone(),
        }
    }
}

impl Step<Placing> for ReserveStock {
    const NAME: &'static str = "reserve-stock";
    const RETRY: Retry = Retry::HELD;
    type Out = Held;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<Held, Fault> {
        let wanted = Reserve {
            reference: state.order.id.to_string(),
            lines: state.wanted_lines(),
            expires_in_seconds: state.hold_seconds,
            allow_partial: false,
        };
        let oms = self.oms.pinned_to(&state.order.pins.oms);
        oms.reserve(delivery, &wanted).await.map(|held| Held {
            reference: held.reference,
            until: held.expires_at,
            taken: delivery.first_sent,
        })
    }

    fn choose(
        _state: &Placing,
        held: Held,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Held, Refusal> {
        Ok(held.taken_at(moment.now))
    }

    fn record(state: &mut Placing, reservation: Held) {
        state.reservation = Some(reservation);
    }
}

impl Reversible<Placing> for ReserveStock {
    async fn undo(&self, delivery: &Delivery, state: &Placing) -> Result<(), Fault> {
        let release = Release {
            reference: state.order.id.to_string(),
        };
        self.oms
            .pinned_to(&state.order.pins.oms)
            .release(delivery, &release)
            .await
            .map(drop)
    }
}
