//! Gives burnt points back to the lots they came from.

use crate::cancellation::state::Cancelling;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_loyalty_contract::{LoyaltyClient, Restore, RunPoints};

pub(crate) struct RestoreBurn(LoyaltyClient);

impl RestoreBurn {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.loyalty.clone())
    }
}

impl Step<Cancelling> for RestoreBurn {
    const NAME: &'static str = "restore-burn";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<(), Fault> {
        let burnt = state.order.units.iter().filter(|run| run.burn_points > 0);
        let restore = Restore {
            reference: state.order.id.to_string(),
            key: format!("cancel-{}", state.order.id),
            runs: burnt
                .map(|run| RunPoints {
                    units: run.units.clone(),
                    points_each: run.burn_points,
                })
                .collect(),
        };
        self.0
            .pinned_to(&state.order.pins.loyalty)
            .restore(delivery, &restore)
            .await
            .map(drop)
    }

    fn record(_state: &mut Cancelling, (): ()) {}
}
