//! Takes back the points that the order would have earned.

use crate::cancellation::state::Cancelling;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_loyalty_contract::{LoyaltyClient, Reverse};

pub(crate) struct CancelAccrual(LoyaltyClient);

impl CancelAccrual {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.loyalty.clone())
    }
}

impl Step<Cancelling> for CancelAccrual {
    const NAME: &'static str = "cancel-accrual";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<(), Fault> {
        let earning = state.order.units.iter().filter(|run| run.earn_points > 0);
        let reverse = Reverse {
            reference: state.order.id.to_string(),
            key: format!("cancel-{}", state.order.id),
            units: earning.map(|run| run.units.clone()).collect(),
        };
        self.0
            .pinned_to(&state.order.pins.loyalty)
            .reverse(delivery, &reverse)
            .await
            .map(drop)
    }

    fn record(_state: &mut Cancelling, (): ()) {}
}
