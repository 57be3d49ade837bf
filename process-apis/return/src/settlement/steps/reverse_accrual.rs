//! Takes back the points that the returned units earned, pending or matured.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crate::systems::Systems;
use crossdock_desk::expected;
use crossdock_model::event::LoyaltyAccrualReversed;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_loyalty_contract::{LoyaltyClient, Reverse};

pub(crate) struct ReverseAccrual(LoyaltyClient);

impl ReverseAccrual {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.loyalty.clone())
    }
}

impl Step<Returning> for ReverseAccrual {
    const NAME: &'static str = "reverse-accrual";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<ExternalRef, Fault> {
        let earned = state
            .returned
            .units
            .iter()
            .filter(|run| run.points_reversed > 0);
        let reverse = Reverse {
            reference: state.order(),
            key: state.reference(),
            units: earned.map(|run| run.units.clone()).collect(),
        };
        let loyalty = self.0.pinned_to(&state.returned.pins.loyalty);
        let reversed = expected(loyalty.reverse(delivery, &reverse).await)?;
        Ok(reversed.reference)
    }

    fn record(state: &mut Returning, reversed: ExternalRef) {
        state.reversed = Some(reversed);
    }

    fn changes(state: &Returning, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let Some(points) = state.points(state.returned.share.earn_points) else {
            return Ok(Changes::none());
        };
        let reversed = LoyaltyAccrualReversed {
            order_id: state.returned.order_id,
            return_id: Some(state.returned.id),
            points,
            reference: state.reversed.clone(),
        };
        crossdock_desk::fact(moment, records::FEED, &reversed, Vec::new())
    }
}
