//! Webhooks of payment providers: checked, taken once, turned into events; what cannot be used is kept.

use crate::port::{News, Notification, PaymentBackend, Received};
use crate::reported::reported;
use crate::set_aside;
use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRef, State};
use axum::routing::post;
use crossdock_events::{Inbox, InboxOutcome, Message, MessageContext, Object, Reference};
use crossdock_model::event::DisputeOutcome;
use crossdock_model::{ConnectorName, Fault};
use crossdock_problem::{Code, Path, Problem};
use crossdock_store::{Changes, MessageId, Store};
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
#[derive(Debug, Clone)]
pub(crate) struct Webhooks {
    pub(crate) backends: Arc<ConnectedBackends<dyn PaymentBackend>>,
    pub(crate) inbox: Inbox,
    /// Where what cannot be used is kept, beside the inbox.
    pub(crate) store: Arc<dyn Store>,
}

impl FromRef<Webhooks> for Arc<ConnectedBackends<dyn PaymentBackend>> {
    fn from_ref(webhooks: &Webhooks) -> Self {
        Self::clone(&webhooks.backends)
    }
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
    // A good signature is answered 2xx whatever it says: a provider switches off an endpoint that keeps refusing.
    if let Some(received) = Received::read(backend, verified.id, &body) {
        webhooks.take(name, received).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[async_trait]
impl Receiver for Webhooks {
    type Message = Received;

    fn connectors(&self) -> Vec<ConnectorName> {
        self.backends.names()
    }

    async fn told_since(
        &self,
        connector: &ConnectorName,
        mark: Option<&str>,
        which: Which,
    ) -> Result<Told<Received>, Fault> {
        let backend = self.backends.connected(connector)?;
        backend.told_since(mark, which).await
    }

    async fn take(
        &self,
        connector: &ConnectorName,
        received: Received,
    ) -> Result<InboxOutcome, Fault> {
        match received {
            Received::News(notification) => self.report(connector, &notification).await,
            Received::Unusable(unusable) => {
                set_aside::keep(&self.inbox, connector, &unusable).await
            }
        }
    }
}

impl Webhooks {
    /// The events of what a message says, once.
    pub(crate) async fn report(
        &self,
        connector: &ConnectorName,
        notification: &Notification,
    ) -> Result<InboxOutcome, Fault> {
        let message = message(connector, notification);
        let taken = self.inbox.process(message, |context, payment| {
            changes(context, payment, notification)
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

/// The capture, refund or dispute that has come further, by the provider's id.
fn document(notification: &Notification) -> String {
    let reference = &notification.reference;
    format!("{}/{}", reference.kind, reference.value)
}

/// The captures, refunds and disputes of one payment that something was said of, by the provider's ids.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Transactions {
    documents: BTreeMap<String, Stage>,
}

/// How far a capture, a refund or a dispute has come, in the order in which it can: messages come in any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stage {
    Disputed,
    Settled,
    /// A refund's last end: even one that had settled may come back.
    Failed,
    Won,
    Lost,
}

impl News {
    fn stage(&self) -> Stage {
        match self {
            Self::Settled { .. } => Stage::Settled,
            Self::RefundFailed { .. } => Stage::Failed,
            Self::DisputeOpened { .. } => Stage::Disputed,
            Self::DisputeClosed(decided) => match decided.outcome {
                DisputeOutcome::Won => Stage::Won,
                DisputeOutcome::Lost => Stage::Lost,
            },
        }
    }
}

/// The payment's next version with its event, or nothing when as much was known.
fn changes(
    context: &MessageContext<'_>,
    payment: &Object<Transactions>,
    notification: &Notification,
) -> Result<Changes, Fault> {
    let mut state = payment.state.clone().unwrap_or_default();
    let document = document(notification);
    let reached = notification.news.stage();
    let known = state.documents.get(&document);
    if known.is_some_and(|known| *known >= reached) {
        return Ok(Changes::none());
    }
    let event = reported(context, payment, notification)?;
    state.documents.insert(document, reached);
    Ok(Changes {
        records: vec![payment.write(&state)?],
        events: vec![event],
        answer: None,
    })
}
