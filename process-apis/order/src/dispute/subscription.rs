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
use crossdock_workflow::{Await as _, SignalError, SignalRequest};
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
    let id = event.id.to_string();
    let signal = SignalRequest {
        workflow: NAME,
        tenant: &event.tenant,
        key: &key,
        name: AwaitDecision::NAME,
        id: &id,
        payload: &Decided { outcome },
        inbox: None,
    };
    match deps.desk.engine.signal(signal).await {
        Ok(_taken_early_late_or_again) => Ok(Handled::Done),
        Err(SignalError::NotFound { .. }) => Ok(Handled::Done),
        Err(error) => Err(Fault::Retry {
            after: None,
            why: error.to_string(),
        }),
    }
}

fn key(dispute: &ExternalRef) -> String {
    format!("{}/{}", dispute.system, dispute.value)
}
