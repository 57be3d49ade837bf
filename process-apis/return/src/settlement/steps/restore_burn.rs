//! Gives the burnt points of the returned units back to the lots they came from.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crate::systems::Systems;
use crossdock_desk::expected;
use crossdock_model::event::LoyaltyBurnRestored;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_loyalty_contract::{LoyaltyClient, Restore, RunPoints};

pub(crate) struct RestoreBurn(LoyaltyClient);

impl RestoreBurn {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.loyalty.clone())
    }
}

impl Step<Returning> for RestoreBurn {
    const NAME: &'static str = "restore-burn";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<ExternalRef, Fault> {
        let burnt = state
            .returned
            .units
            .iter()
            .filter(|run| run.points_restored > 0);
        let restore = Restore {
            reference: state.order(),
            key: state.reference(),
            runs: burnt
                .map(|run| RunPoints {
                    units: run.units.clone(),
                    points_each: run.points_restored,
                })
                .collect(),
        };
        let loyalty = self.0.pinned_to(&state.returned.pins.loyalty);
        let restored = expected(loyalty.restore(delivery, &restore).await)?;
        Ok(restored.reference)
    }

    fn record(state: &mut Returning, restored: ExternalRef) {
        state.restored = Some(restored);
    }

    fn changes(state: &Returning, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let Some(points) = state.points(state.returned.share.burn_points) else {
            return Ok(Changes::none());
        };
        let restored = LoyaltyBurnRestored {
            order_id: state.returned.order_id,
            return_id: Some(state.returned.id),
            points,
            reference: state.restored.clone(),
        };
        crossdock_desk::fact(moment, records::FEED, &restored, Vec::new())
    }
}
