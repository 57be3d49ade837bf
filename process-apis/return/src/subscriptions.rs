//! What the return process does when the payment provider says what became of a refund.

use crate::steps::refund_settled::{RefundHasSettled, Settlement};
use crate::workflow::NAME;
use async_trait::async_trait;
use crossdock_events::{CloudEvent, Handled, Handler};
use crossdock_model::event::{Event, SettlementKind};
use crossdock_model::{Fault, ReturnId};
use crossdock_workflow::{Await as _, Engine, SignalError, SignalRequest};

/// Tells a return's workflow that its refund has settled, or failed.
#[derive(Debug)]
pub(crate) struct OnSettlement(pub(crate) Engine);

#[async_trait]
impl Handler for OnSettlement {
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault> {
        let read = event
            .read()
            .map_err(|error| Fault::poison(error.to_string()))?;
        let Some((document, settlement)) = refund(event, read) else {
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
            name: RefundHasSettled::NAME,
            id: &id,
            payload: &settlement,
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

/// Which return an event is about, and what it says of its refund.
fn refund(event: &CloudEvent, read: Event) -> Option<(String, Settlement)> {
    if let Event::PaymentSettled(settled) = read {
        let settlement = Settlement {
            at: settled.settled_at,
            failed: None,
        };
        let refunds = settled.kind == SettlementKind::Refund;
        return refunds.then_some((settled.document, settlement));
    }
    let Event::PaymentRefundFailed(failed) = read else {
        return None;
    };
    Some((
        failed.document,
        Settlement {
            at: event.time,
            failed: Some(failed.reason),
        },
    ))
}
