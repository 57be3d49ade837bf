//! Turns the held points into burnt ones.

use crate::placing::state::Placing;
use crate::records::FEED;
use crate::systems::Systems;
use crossdock_desk::fact;
use crossdock_model::event::LoyaltyHoldConfirmed;
use crossdock_model::{Delivery, ExternalRef, Fault, Points, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_loyalty_contract::{Confirm, LoyaltyClient};

pub(crate) struct ConfirmBurn(LoyaltyClient);

impl ConfirmBurn {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.loyalty.clone())
    }
}

impl Step<Placing> for ConfirmBurn {
    const NAME: &'static str = "confirm-burn";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<ExternalRef, Fault> {
        let confirm = Confirm {
            reference: state.order.id.to_string(),
        };
        let loyalty = self.0.pinned_to(&state.order.pins.loyalty);
        loyalty
            .confirm(delivery, &confirm)
            .await
            .map(|burnt| burnt.reference)
    }

    fn record(state: &mut Placing, burnt: ExternalRef) {
        state.burn = Some(burnt);
    }

    fn changes(state: &Placing, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let order = &state.order;
        let Some(redemption) = &order.redemption else {
            return Ok(Changes::none());
        };
        let confirmed = LoyaltyHoldConfirmed {
            order_id: order.id,
            points: Points::new(redemption.points, &redemption.program),
            value: redemption.value,
            reference: state.burn.clone(),
        };
        let key = vec![("burn-of-order", order.id.to_string())];
        fact(moment, FEED, &confirmed, key)
    }

    fn next_action(_code: &str) -> &'static str {
        "The hold is gone and the order is placed: burn the points by hand at the loyalty engine or grant them as goodwill, then skip the node."
    }
}
