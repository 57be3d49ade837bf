//! Takes back the points that the units would have earned; nothing is evaluated anew.

use crate::cancellation::state::Cancelling;
use crate::records::FEED;
use crate::systems::Systems;
use crossdock_desk::{expected, fact};
use crossdock_model::event::LoyaltyAccrualReversed;
use crossdock_model::{Delivery, ExternalRef, Fault, Points, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
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
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<ExternalRef, Fault> {
        let earning = state.rows().iter().filter(|run| run.earn_points > 0);
        let reverse = Reverse {
            reference: state.order.id.to_string(),
            key: state.reference(),
            units: earning.map(|run| run.units.clone()).collect(),
        };
        let engine = self.0.pinned_to(&state.order.pins.loyalty);
        let reversed = expected(engine.reverse(delivery, &reverse).await)?;
        Ok(reversed.reference)
    }

    fn record(state: &mut Cancelling, reversed: ExternalRef) {
        state.reversed = Some(reversed);
    }

    fn changes(state: &Cancelling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let (Some(given_up), Some(program)) = (&state.given_up, state.program()) else {
            return Ok(Changes::none());
        };
        let reversed = LoyaltyAccrualReversed {
            order_id: state.order.id,
            return_id: None,
            points: Points::new(given_up.cancelled.points_cancelled, program),
            reference: state.reversed.clone(),
        };
        fact(moment, FEED, &reversed, Vec::new())
    }
}
