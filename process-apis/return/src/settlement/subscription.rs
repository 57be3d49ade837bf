//! Signals a return's workflow when the payment provider reports what became of its refund.

use crate::settlement::NAME;
use crate::settlement::steps::{AwaitRefundSettled, RefundOutcome};
use async_trait::async_trait;
use crossdock_events::{CloudEvent, Handled, Handler};
use crossdock_model::event::{Event, SettlementKind};
use crossdock_model::{Fault, ReturnId};
use crossdock_workflow::{Await as _, Engine, SignalError, SignalRequest};

/// Reads the payment feed for refunds that settled or failed.
#[derive(Debug)]
pub(crate) struct OnRefundOutcome(pub(crate) Engine);

#[async_trait]
impl Handler for OnRefundOutcome {
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault> {
        let read = event
            .read()
            .map_err(|error| Fault::poison(error.to_string()))?;
        let Some((document, outcome)) = refund(event, read) else {
            return Ok(Handled::Ignored);
        };
        // A refund that was not made for a return of ours is none of ours.
        if document.parse::<ReturnId>().is_err() {
            return Ok(Handled::Ignored);
        }
        let id = event.id.to_string();
        let request = SignalRequest {
            workflow: NAME,
            tenant: &event.tenant,
            key: &document,
            name: AwaitRefundSettled::NAME,
            id: &id,
            payload: &outcome,
            inbox: None,
        };
        match self.0.signal(request).await {
            Ok(_taken_early_late_or_again) => Ok(Handled::Done),
            Err(SignalError::NotFound { .. }) => Ok(Handled::Ignored),
            Err(error) => Err(Fault::Retry {
                after: None,
                why: error.to_string(),
            }),
        }
    }
}

/// The document of a refund and what became of it; none if the event is about something else.
fn refund(event: &CloudEvent, read: Event) -> Option<(String, RefundOutcome)> {
    if let Event::PaymentSettled(settled) = read {
        let outcome = RefundOutcome {
            at: settled.settled_at,
            failed: None,
        };
        let refunds = settled.kind == SettlementKind::Refund;
        return refunds.then_some((settled.document, outcome));
    }
    let Event::PaymentRefundFailed(failed) = read else {
        return None;
    };
    Some((
        failed.document,
        RefundOutcome {
            at: event.time,
            failed: Some(failed.reason),
        },
    ))
}
