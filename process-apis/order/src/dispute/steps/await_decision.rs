//! Waits for the bank's decision, on the desk: somebody has to send evidence before it is due.

use crate::dispute::state::Disputed;
use crate::records;
use crossdock_model::Refusal;
use crossdock_model::event::DisputeOutcome;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Await, Loaded, Moment};
use proc_order_contract::Order;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) struct AwaitDecision;

/// How the bank decided.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decided {
    pub(crate) outcome: DisputeOutcome,
}

impl Await<Disputed> for AwaitDecision {
    const NAME: &'static str = "dispute-decided";
    /// Never met: it is on the desk from its first moment.
    const DEADLINE: Duration = Duration::from_hours(24);
    type Signal = Decided;

    fn asks(state: &Disputed) -> Option<Refusal> {
        let detail = format!(
            "{} of order {} are disputed ({}, {}): evidence is due by {}, and refunds of its returns wait",
            state.amount,
            state.order_id,
            state.reason,
            state.reference.value,
            state.evidence_due_by
        );
        Some(Refusal::new("disputed", detail))
    }

    fn record(state: &mut Disputed, decided: Decided) {
        state.outcome = Some(decided.outcome);
    }

    fn reads(state: &Disputed) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    fn changes(state: &Disputed, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::order(state.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        let mut disputes = order.provider.disputes.iter_mut();
        if let Some(dispute) = disputes.find(|dispute| dispute.reference == state.reference) {
            dispute.outcome = state.outcome;
        }
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            ..Changes::none()
        })
    }

    fn next_action(_code: &str) -> &'static str {
        "Send the evidence at the payment provider before it is due; the case closes when the bank has decided."
    }
}
