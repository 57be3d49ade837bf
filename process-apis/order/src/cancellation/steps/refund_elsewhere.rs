//! Money that was paid elsewhere goes back where it was paid, by a person: no system of ours can give it back.

use crate::cancellation::state::Cancelling;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};

pub(crate) struct RefundElsewhere;

impl Step<Cancelling> for RefundElsewhere {
    const NAME: &'static str = "refund-elsewhere";
    const RETRY: Retry = Retry::PROMPT;
    type Out = ();

    async fn run(&self, _delivery: &Delivery, state: &Cancelling) -> Result<(), Fault> {
        let Some(given_up) = &state.given_up else {
            return Ok(());
        };
        let order = &state.order;
        let detail = format!(
            "{} of order {} ('{}' of {}) was paid there for units that are not delivered",
            given_up.cancelled.owed, order.id, order.channel_ref, order.account
        );
        Err(Fault::refused("refund_owed", detail))
    }

    fn record(_state: &mut Cancelling, (): ()) {}

    fn next_action(_code: &str) -> &'static str {
        "Refund the amount where it was paid (the platform, the marketplace, the till), then skip the node with an empty output."
    }
}
