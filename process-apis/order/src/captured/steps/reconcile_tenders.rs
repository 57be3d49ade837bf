//! Holds what the platform says it took against what it says it sold; a difference is for a person.

use crate::placing::state::Placing;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};

pub(crate) struct ReconcileTenders;

impl Step<Placing> for ReconcileTenders {
    const NAME: &'static str = "reconcile-tenders";
    const RETRY: Retry = Retry::PROMPT;
    type Out = ();

    async fn run(&self, _delivery: &Delivery, state: &Placing) -> Result<(), Fault> {
        let sold = state.order.totals.card;
        match state.tendered {
            Some(tendered) if tendered != sold => Err(Fault::refused(
                "amount_mismatch",
                format!("the platform took {tendered} for goods, tax and shipping of {sold}"),
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn record(_state: &mut Placing, (): ()) {}

    fn next_action(_code: &str) -> &'static str {
        "Settle the difference with the platform (refund or claim), then skip the node with an empty output."
    }
}
