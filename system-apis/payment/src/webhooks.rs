//! Webhooks of payment providers: checked, taken once, turned into events.

use crate::port::{Notification, Outcome, PaymentBackend};
use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use crossdock_events::{Inbox, InboxOutcome, Message, MessageContext, Object, Reference};
use crossdock_model::event::{PaymentRefundFailed, PaymentSettled};
use crossdock_model::{ConnectorName, Fault};
use crossdock_problem::{Code, Path, Problem};
use crossdock_store::{Changes, MessageId};
use crossdock_system::{ConnectedBackends, Receiver, Told, Which};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The kind of record that events of this feed are about: one payment at the provider.
const RECORD: &str = "payment";
/// The business key under which the record is found: the provider's id, below its connector's name and its order.
const KEY: &str = "provider-payment";

/// What a webhook is received with: the connectors that check its signature, the inbox that remembers it.
#[derive(Debug)]
pub(crate) struct Webhooks {
    pub(crate) backends: Arc<ConnectedBackends<dyn PaymentBackend>>,
    pub(crate) inbox: Inbox,
}

/// What the connected providers call, relative to `/hooks/payment`.
pub(crate) fn routes(webhooks: Arc<Webhooks>) -> Router {
    Router::new()
        .route("/{connector}", post(receive))
        .with_state(webhooks)
}

async fn receive(
    State(webhooks): State<Arc<Webhooks>>,
    Path(connector): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let (name, backend) = webhooks.backends.named(&connector)?;
    let verified = backend
        .verifier()
        .verify(&headers, &body, webhooks.backends.clock().now())
        .map_err(|error| Problem::new(Code::SignatureInvalid, error.to_string()))?;
    if let Some(notification) = backend.notification(verified.id.clone(), &body)? {
        webhooks.take(name, notification).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[async_trait]
impl Receiver for Webhooks {
    type Message = Notification;

    fn connectors(&self) -> Vec<ConnectorName> {
        self.backends.names()
    }

    async fn told_since(
        &self,
        connector: &ConnectorName,
        mark: Option<&str>,
        which: Which,
    ) -> Result<Told<Notification>, Fault> {
        let backend = self.backends.connected(connector)?;
        backend.told_since(mark, which).await
    }

    async fn take(
        &self,
        connector: &ConnectorName,
        notification: Notification,
    ) -> Result<InboxOutcome, Fault> {
        let message = message(connector, &notification);
        let taken = self.inbox.process(message, |context, payment| {
            changes(context, payment, &notification)
        });
        taken.await
    }
}

fn message(connector: &ConnectorName, notification: &Notification) -> Message {
    Message {
        id: MessageId {
            source: connector.as_str().into(),
            id: notification.id.as_str().into(),
        },
        tenant: notification.tenant.clone(),
        about: Reference {
            kind: RECORD,
            name: KEY,
            // Ids of two connectors may look alike. With its order: where another provider's records were put in the place of
            // these, they have the same ids.
            value: format!(
                "{}/{}/{}",
                notification.reference.system, notification.order, notification.payment
            ),
        },
        partition: notification.order.clone(),
        correlation: notification.correlation.clone(),
        fact: document(notification),
    }
}

/// The capture or refund that has ended, by the provider's id.
fn document(notification: &Notification) -> String {
    let reference = &notification.reference;
    format!("{}/{}", reference.kind, reference.value)
}

/// The captures and refunds of one payment that have ended, by the provider's ids.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Transactions {
    documents: BTreeMap<String, Ending>,
}

/// How a capture or refund ended; an end is never taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Ending {
    Settled,
    Failed,
}

/// The payment's next version with its event, or nothing when the end was known.
fn changes(
    context: &MessageContext<'_>,
    payment: &Object<Transactions>,
    notification: &Notification,
) -> Result<Changes, Fault> {
    let mut state = payment.state.clone().unwrap_or_default();
    let document = document(notification);
    if state.documents.contains_key(&document) {
        return Ok(Changes::none());
    }
    let (end, event) = match &notification.outcome {
        Outcome::Settled(at) => {
            let settled = PaymentSettled {
                order_reference: notification.order.clone(),
                document: notification.document.clone(),
                payment: notification.payment.clone(),
                kind: notification.kind,
                reference: notification.reference.clone(),
                amount: notification.amount,
                settled_at: *at,
            };
            (Ending::Settled, context.event(payment, &settled)?)
        }
        Outcome::Failed(reason) => {
            let failed = PaymentRefundFailed {
                order_reference: notification.order.clone(),
                document: notification.document.clone(),
                payment: notification.payment.clone(),
                reference: notification.reference.clone(),
                amount: notification.amount,
                reason: reason.clone(),
            };
            (Ending::Failed, context.event(payment, &failed)?)
        }
    };
    state.documents.insert(document, end);
    Ok(Changes {
        records: vec![payment.write(&state)?],
        events: vec![event],
        answer: None,
    })
}
