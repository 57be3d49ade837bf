//! Gives the points burnt for the units back to the lots they came from.

use crate::cancellation::state::Cancelling;
use crate::records::FEED;
use crate::systems::Systems;
use crossdock_desk::{expected, fact};
use crossdock_model::event::LoyaltyBurnRestored;
use crossdock_model::{Delivery, ExternalRef, Fault, Points, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
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
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<ExternalRef, Fault> {
        let burnt = state.rows().iter().filter(|run| run.burn_points > 0);
        let runs = burnt.map(|run| RunPoints {
            units: run.units.clone(),
            points_each: run.burn_points,
        });
        let restore = Restore {
            reference: state.order.id.to_string(),
            key: state.reference(),
            runs: runs.collect(),
        };
        let engine = self.0.pinned_to(&state.order.pins.loyalty);
        let restored = expected(engine.restore(delivery, &restore).await)?;
        Ok(restored.reference)
    }

    fn record(state: &mut Cancelling, restored: ExternalRef) {
        state.restored = Some(restored);
    }

    fn changes(state: &Cancelling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let (Some(given_up), Some(program)) = (&state.given_up, state.program()) else {
            return Ok(Changes::none());
        };
        let restored = LoyaltyBurnRestored {
            order_id: state.order.id,
            return_id: None,
            points: Points::new(given_up.cancelled.points_restored, program),
            reference: state.restored.clone(),
        };
        fact(moment, FEED, &restored, Vec::new())
    }
}
