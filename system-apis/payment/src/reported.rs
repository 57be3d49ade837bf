//! The event that reports what a provider says of a payment.

use crate::port::{News, Notification};
use crossdock_events::{MessageContext, Object};
use crossdock_model::Fault;
use crossdock_model::event::{DisputeClosed, DisputeOpened, PaymentRefundFailed, PaymentSettled};
use crossdock_store::NewEvent;

/// The event, about the payment's record.
pub(crate) fn reported<T>(
    context: &MessageContext<'_>,
    about: &Object<T>,
    said: &Notification,
) -> Result<NewEvent, Fault> {
    match said.news.clone() {
        News::Settled { kind, document, at } => {
            let settled = PaymentSettled {
                order_reference: said.order.clone(),
                document,
                payment: said.payment.clone(),
                kind,
                reference: said.reference.clone(),
                amount: said.amount,
                settled_at: at,
            };
            context.event(about, &settled)
        }
        News::RefundFailed { document, reason } => {
            let failed = PaymentRefundFailed {
                order_reference: said.order.clone(),
                document,
                payment: said.payment.clone(),
                reference: said.reference.clone(),
                amount: said.amount,
                reason,
            };
            context.event(about, &failed)
        }
        News::DisputeOpened {
            reason,
            evidence_due_by,
        } => {
            let opened = DisputeOpened {
                order_reference: said.order.clone(),
                payment: said.payment.clone(),
                reference: said.reference.clone(),
                amount: said.amount,
                reason,
                evidence_due_by,
            };
            context.event(about, &opened)
        }
        News::DisputeClosed(decided) => {
            let closed = DisputeClosed {
                order_reference: said.order.clone(),
                payment: said.payment.clone(),
                reference: said.reference.clone(),
                amount: said.amount,
                reason: decided.reason,
                outcome: decided.outcome,
                fee: decided.fee,
                closed_at: decided.at,
            };
            context.event(about, &closed)
        }
    }
}
