//! Turns the held points into burnt ones.

use crate::workflows::place_order::Placing;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_loyalty_contract::{Confirm, LoyaltyClient};

pub(crate) struct ConfirmBurn(pub(crate) LoyaltyClient);

impl Step<Placing> for ConfirmBurn {
    const NAME: &'static str = "confirm-burn";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<ExternalRef, Fault> {
        let confirm = Confirm {
            reference: state.order.id.to_string(),
        };
        let loyalty = self.0.at(&state.order.pins.loyalty);
        loyalty
            .confirm(delivery, &confirm)
            .await
            .map(|burnt| burnt.reference)
    }

    fn record(state: &mut Placing, burnt: ExternalRef) {
        state.burn = Some(burnt);
    }

    fn changes(state: &Placing, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        crate::records::burnt(moment, &state.order, state.burn.as_ref())
    }

    fn next_action(_code: &str) -> &'static str {
        "The hold is gone and the order is placed: burn the points by hand at the loyalty engine or grant them as goodwill, then skip the node."
    }
}
