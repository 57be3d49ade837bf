//! Waits until a person has paid what came back from the customer's card.

use crate::provider_refund_reversal::state::CameBack;
use crossdock_model::Refusal;
use crossdock_workflow::Await;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) struct PayOwed;

/// A payment that a person made in the place of the refund.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paid {
    /// The reference of the bank transfer or the store credit; it stays in the journal.
    pub(crate) reference: String,
}

impl Await<CameBack> for PayOwed {
    const NAME: &'static str = "pay-owed";
    /// Never met: it is on the desk from its first moment.
    const DEADLINE: Duration = Duration::from_hours(24);
    type Signal = Paid;

    fn asks(state: &CameBack) -> Option<Refusal> {
        let detail = format!(
            "{} refunded at the payment provider ({}) came back: {}",
            state.amount, state.reference.value, state.reason
        );
        Some(Refusal::new("refund_reversed", detail))
    }

    fn record(_state: &mut CameBack, _paid: Paid) {}

    fn next_action(_code: &str) -> &'static str {
        "The customer still waits for the money: pay it by bank transfer or store credit, then skip the node with `{\"reference\": \"...\"}`, the transfer's."
    }
}
