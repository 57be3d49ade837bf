//! Tells a return's workflow what became of its refund, and reopens the refund where it came back after it had settled.

use crate::deps::Deps;
use crate::reopening::subscription::reopen;
use crate::settlement::NAME;
use crate::settlement::steps::{AwaitRefundSettled, RefundOutcome};
use async_trait::async_trait;
use crossdock_events::{CloudEvent, Handled, Handler};
use crossdock_model::event::{Event, PaymentRefundFailed, PaymentSettled, SettlementKind};
use crossdock_model::{Fault, ReturnId};
use crossdock_workflow::{Await as _, SignalError, SignalRequest, Signalled};
use proc_return_contract::Return;

/// Reads the payment feed for refunds that settled or failed.
#[derive(Debug)]
pub(crate) struct OnRefundOutcome(pub(crate) Deps);

#[async_trait]
impl Handler for OnRefundOutcome {
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault> {
        let read = event
            .read()
            .map_err(|error| Fault::poison(error.to_string()))?;
        if let Event::PaymentSettled(settled) = read {
            return self.settled(event, settled).await;
        }
        if let Event::PaymentRefundFailed(failed) = read {
            return self.failed(event, failed).await;
        }
        Ok(Handled::Ignored)
    }
}

impl OnRefundOutcome {
    async fn settled(&self, event: &CloudEvent, settled: PaymentSettled) -> Result<Handled, Fault> {
        if settled.kind != SettlementKind::Refund {
            return Ok(Handled::Ignored);
        }
        let outcome = RefundOutcome {
            at: settled.settled_at,
            failed: None,
        };
        let told = self.tell(event, &settled.document, &outcome).await?;
        Ok(told.map_or(Handled::Ignored, |_told| Handled::Done))
    }

    /// A workflow that no longer waits for it had taken the refund for settled.
    async fn failed(
        &self,
        event: &CloudEvent,
        failed: PaymentRefundFailed,
    ) -> Result<Handled, Fault> {
        let outcome = RefundOutcome {
            at: event.time,
            failed: Some(failed.reason.clone()),
        };
        match self.tell(event, &failed.document, &outcome).await? {
            None => Ok(Handled::Ignored),
            Some(Signalled::Taken) => Ok(Handled::Done),
            // It may be taken as the refund's end, or be held behind a settlement that is taken before it.
            Some(Signalled::Early) => Err(Fault::Retry {
                after: None,
                why: format!(
                    "return {} does not wait for its refund yet",
                    failed.document
                ),
            }),
            Some(Signalled::Late | Signalled::Duplicate) => {
                let Some(returned) = self.refunded(event, &failed.document).await? else {
                    return Ok(Handled::Done);
                };
                reopen(&self.0, event, returned, failed).await
            }
        }
    }

    /// Signals the return's workflow; none where the refund was not made for a return of ours.
    async fn tell(
        &self,
        event: &CloudEvent,
        document: &str,
        outcome: &RefundOutcome,
    ) -> Result<Option<Signalled>, Fault> {
        if document.parse::<ReturnId>().is_err() {
            return Ok(None);
        }
        let id = event.id.to_string();
        let request = SignalRequest {
            workflow: NAME,
            tenant: &event.tenant,
            key: document,
            name: AwaitRefundSettled::NAME,
            id: &id,
            payload: outcome,
            inbox: None,
        };
        match self.0.desk.engine.signal(request).await {
            Ok(told) => Ok(Some(told)),
            Err(SignalError::NotFound { .. }) => Ok(None),
            Err(error) => Err(Fault::Retry {
                after: None,
                why: error.to_string(),
            }),
        }
    }

    /// The return, where its refund had settled: the same failure told again is none that came after.
    async fn refunded(&self, event: &CloudEvent, document: &str) -> Result<Option<Return>, Fault> {
        let Ok(id) = document.parse::<ReturnId>() else {
            return Ok(None);
        };
        let found = self
            .0
            .desk
            .find::<Return>(&event.tenant, Return::KIND, id.0);
        let found = found.await.map_err(|problem| Fault::Retry {
            after: None,
            why: problem.detail,
        })?;
        Ok(found.filter(|returned| returned.refund_settled_at.is_some()))
    }
}
