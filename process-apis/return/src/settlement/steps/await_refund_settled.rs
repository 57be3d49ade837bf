//! Waits until the payment provider says that the money has reached the customer, or has not.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crossdock_model::event::{RefundFailed, RefundSettled};
use crossdock_model::{Refusal, Timestamp};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Await, Loaded, Moment};
use proc_return_contract::Return;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) struct AwaitRefundSettled;

/// What the payment provider says of a refund that it had accepted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RefundOutcome {
    /// When the money reached the customer, or the refund failed.
    pub(crate) at: Timestamp,
    /// The provider's reason, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failed: Option<String>,
}

impl Await<Returning> for AwaitRefundSettled {
    const NAME: &'static str = "refund-settled";
    const DEADLINE: Duration = Duration::from_hours(10 * 24);
    type Signal = RefundOutcome;

    fn record(state: &mut Returning, outcome: RefundOutcome) {
        match outcome.failed {
            Some(why) => state.refund_failed = Some(why),
            None => state.refund_settled_at = Some(outcome.at),
        }
    }

    fn reads(state: &Returning) -> Vec<RecordRef> {
        vec![records::of_return(state.returned.id)]
    }

    fn changes(state: &Returning, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let order_id = state.returned.order_id;
        let return_id = Some(state.returned.id);
        let amount = state.returned.refund();
        let reference = state.refund.clone();
        if let Some(reason) = state.refund_failed.clone() {
            let failed = RefundFailed {
                order_id,
                return_id,
                amount,
                reference,
                reason,
            };
            return crossdock_desk::fact(moment, records::FEED, &failed, Vec::new());
        }
        let settled = RefundSettled {
            order_id,
            return_id,
            amount,
            reference,
            settled_at: state.refund_settled_at.unwrap_or(moment.now),
            remaining_refundable: None,
        };
        let record = records::of_return(state.returned.id);
        let (version, mut returned) = loaded.need::<Return>(&record)?;
        returned.refund_settled_at = Some(settled.settled_at);
        let mut changes = crossdock_desk::fact(moment, records::FEED, &settled, Vec::new())?;
        changes
            .records
            .push(moment.update(&record, version, &returned)?);
        Ok(changes)
    }

    fn next_action(_code: &str) -> &'static str {
        "The refund has not settled in ten days: ask the payment provider; retry to wait on, or skip with the settlement."
    }
}
