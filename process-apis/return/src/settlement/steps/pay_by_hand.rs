//! Waits until a person has paid what the payment provider could not.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crossdock_model::Refusal;
use crossdock_model::event::RefundSettled;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Await, Loaded, Moment};
use proc_return_contract::Return;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) struct PayByHand;

/// A payment that a person made in the place of a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PaidByHand {
    /// The reference of the bank transfer or the store credit.
    pub(crate) reference: String,
}

impl Await<Returning> for PayByHand {
    const NAME: &'static str = "pay-by-hand";
    /// Never met: it is on the desk from its first moment.
    const DEADLINE: Duration = Duration::from_hours(24);
    type Signal = PaidByHand;

    fn asks(state: &Returning) -> Option<Refusal> {
        let why = state.refund_failed.as_deref().unwrap_or("no reason given");
        let came_back = state.returned.refund_reversed.is_some();
        let (code, how) = if came_back {
            ("refund_reversed", "came back after it had settled")
        } else {
            ("refund_failed", "failed")
        };
        let detail = format!("the refund of {} {how}: {why}", state.returned.refund());
        Some(Refusal::new(code, detail))
    }

    fn record(state: &mut Returning, paid: PaidByHand) {
        state.returned.paid_by_hand = Some(paid.reference);
    }

    fn reads(state: &Returning) -> Vec<RecordRef> {
        vec![records::of_return(state.returned.id)]
    }

    fn changes(state: &Returning, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::of_return(state.returned.id);
        let (version, mut returned) = loaded.need::<Return>(&record)?;
        returned
            .paid_by_hand
            .clone_from(&state.returned.paid_by_hand);
        let settled = RefundSettled {
            order_id: state.returned.order_id,
            return_id: Some(state.returned.id),
            amount: state.returned.refund(),
            reference: state.by_hand(),
            settled_at: moment.now,
            remaining_refundable: None,
        };
        let mut changes = crossdock_desk::fact(moment, records::FEED, &settled, Vec::new())?;
        changes
            .records
            .push(moment.update(&record, version, &returned)?);
        Ok(changes)
    }

    fn next_action(_code: &str) -> &'static str {
        "The customer still waits for the money: pay it by bank transfer or store credit, then skip the node with `{\"reference\": \"...\"}`, the transfer's."
    }
}
