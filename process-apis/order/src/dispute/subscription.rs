//! Starts `handle-dispute` when one opens, and tells it how it was decided.

use crate::deps::Deps;
use crate::dispute::NAME;
use crate::dispute::state::Disputed;
use crate::dispute::steps::{AwaitDecision, Decided};
use crate::fact_start::FactStart;
use crate::provider_refund::subscription::{WentBack, account};
use crossdock_events::{CloudEvent, Handled};
use crossdock_model::event::{DisputeClosed, DisputeOpened, DisputeOutcome};
use crossdock_model::{ExternalRef, Fault};
use crossdock_workflow::Await as _;
use proc_order_contract::Order;

/// Starts the workflow, once.
pub(crate) async fn opened(
    deps: &Deps,
    event: &CloudEvent,
    order: &Order,
    opened: DisputeOpened,
) -> Result<Handled, Fault> {
    let state = Disputed {
        order_id: order.id,
        reference: opened.reference,
        amount: opened.amount,
        reason: opened.reason,
        evidence_due_by: opened.evidence_due_by,
        outcome: None,
    };
    let start = FactStart {
        workflow: NAME,
        reader: "order/payment",
        operation: "order.handle-dispute",
        key: key(&state.reference),
        partition: order.id.to_string(),
        correlation: order.correlation.clone(),
        state: &state,
    };
    deps.start_on_fact(event, start).await
}

/// What is lost went back to the card. That is accounted for first: at no moment does the order look free to refund.
///
/// A dispute whose opening was never told has no workflow to be closed.
pub(crate) async fn closed(
    deps: &Deps,
    event: &CloudEvent,
    order: &Order,
    closed: DisputeClosed,
) -> Result<Handled, Fault> {
    let outcome = closed.outcome;
    let key = key(&closed.reference);
    if outcome == DisputeOutcome::Lost {
        let went_back = WentBack {
            reference: closed.reference,
            amount: closed.amount,
            at: closed.closed_at,
            fee: Some(closed.fee),
        };
        account(deps, event, order, went_back).await?;
    }
    let told = (AwaitDecision::NAME, &Decided { outcome });
    deps.signal_on_fact(event, (NAME, &key), told).await?;
    Ok(Handled::Done)
}

fn key(dispute: &ExternalRef) -> String {
    format!("{}/{}", dispute.system, dispute.value)
}
