//! What the payment provider says of an order's money beside what was asked of it.

use crate::deps::Deps;
use crate::provider_refund::subscription::WentBack;
use crate::{
    dispute, lookup, provider_capture, provider_refund, provider_refund_reversal, set_aside,
};
use async_trait::async_trait;
use crossdock_events::{CloudEvent, Handled, Handler};
use crossdock_model::event::{Event, PaymentRefundFailed, PaymentSettled, SettlementKind};
use crossdock_model::{Fault, ReturnId};
use crossdock_problem::Problem;
use proc_order_contract::Order;
use proc_return_contract::Return;

/// Reads the payment feed for money that moved by itself.
#[derive(Debug)]
pub(crate) struct OnPayment(pub(crate) Deps);

#[async_trait]
impl Handler for OnPayment {
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
        if let Event::DisputeOpened(opened) = read {
            let order = self.order(event, &opened.order_reference).await?;
            return match order {
                Some(order) => dispute::subscription::opened(&self.0, event, &order, opened).await,
                None => Ok(Handled::Ignored),
            };
        }
        if let Event::DisputeClosed(closed) = read {
            let order = self.order(event, &closed.order_reference).await?;
            return match order {
                Some(order) => dispute::subscription::closed(&self.0, event, &order, closed).await,
                None => Ok(Handled::Ignored),
            };
        }
        if let Event::WebhookSetAside(webhook) = read {
            return set_aside::subscription::resolve(&self.0, event, webhook).await;
        }
        Ok(Handled::Ignored)
    }
}

impl OnPayment {
    /// A settlement of what was asked for here is the business of who asked.
    async fn settled(&self, event: &CloudEvent, settled: PaymentSettled) -> Result<Handled, Fault> {
        let Some(order) = self.order(event, &settled.order_reference).await? else {
            return Ok(Handled::Ignored);
        };
        if settled.kind == SettlementKind::Capture {
            return provider_capture::subscription::account(&self.0, event, &order, settled).await;
        }
        if self.is_of_a_return(event, &settled.document).await? {
            return Ok(Handled::Ignored);
        }
        let went_back = WentBack {
            reference: settled.reference,
            amount: settled.amount,
            at: settled.settled_at,
            fee: None,
        };
        provider_refund::subscription::account(&self.0, event, &order, went_back).await
    }

    async fn failed(
        &self,
        event: &CloudEvent,
        failed: PaymentRefundFailed,
    ) -> Result<Handled, Fault> {
        let Some(order) = self.order(event, &failed.order_reference).await? else {
            return Ok(Handled::Ignored);
        };
        if self.is_of_a_return(event, &failed.document).await? {
            return Ok(Handled::Ignored);
        }
        provider_refund_reversal::subscription::reverse(&self.0, event, &order, failed).await
    }

    /// Whether a return of ours asked for that refund.
    async fn is_of_a_return(&self, event: &CloudEvent, document: &str) -> Result<bool, Fault> {
        let Ok(id) = document.parse::<ReturnId>() else {
            return Ok(false);
        };
        let found = self
            .0
            .desk
            .find::<Return>(&event.tenant, Return::KIND, id.0);
        Ok(found.await.map_err(retry)?.is_some())
    }

    /// The order that was paid, if it is one of ours: a provider may be paid for others too.
    async fn order(&self, event: &CloudEvent, reference: &str) -> Result<Option<Order>, Fault> {
        let Ok(id) = reference.parse() else {
            return Ok(None);
        };
        let found = lookup::find(&self.0.desk, &event.tenant, id).await;
        found.map_err(retry)
    }
}

fn retry(problem: Problem) -> Fault {
    Fault::Retry {
        after: None,
        why: problem.detail,
    }
}
