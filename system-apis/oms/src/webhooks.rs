//! Webhooks of order management systems: checked, taken once, turned into events that never go backwards.

use crate::port::{FulfilmentChange, Missing, Notification, OmsBackend};
use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use crossdock_events::{Inbox, InboxOutcome, Message, MessageContext, Object, Reference};
use crossdock_model::event::{
    EventLine, FulfilmentAccepted, FulfilmentPacked, FulfilmentPicked, FulfilmentRejected,
    FulfilmentRequested, FulfilmentShipped, FulfilmentShortPicked,
};
use crossdock_model::{ConnectorName, Fault, Quantity};
use crossdock_problem::{Code, Path, Problem};
use crossdock_store::{Changes, MessageId, NewEvent};
use crossdock_system::{ConnectedBackends, Receiver, Told, Which};
use http::{HeaderMap, StatusCode};
use std::sync::Arc;
use sys_oms_contract::FulfilmentOrder;

/// What a webhook is received with: the connectors that check its signature, the inbox that remembers it.
#[derive(Debug)]
pub(crate) struct Webhooks {
    pub(crate) backends: Arc<ConnectedBackends<dyn OmsBackend>>,
    pub(crate) inbox: Inbox,
}

/// What the connected systems call, relative to `/hooks/oms`.
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
    let now = webhooks.backends.clock().now();
    let notification = backend.notification(&headers, &body, now);
    let notification = notification.map_err(refused)?;
    let taken = webhooks.take(name, notification).await;
    taken.map_err(refused)?;
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
        let taken = self.inbox.process(message, |context, known| {
            changes(context, known, &notification)
        });
        taken.await
    }
}

/// A message that cannot be read is the sender's fault, not a backend's answer.
fn refused(fault: Fault) -> Problem {
    if let Fault::Poison { why } = fault {
        tracing::warn!(%why, "a webhook cannot be understood and is refused");
        return Problem::new(Code::InvalidRequest, why);
    }
    fault.into()
}

fn message(connector: &ConnectorName, notification: &Notification) -> Message {
    let told = &notification.fulfilment;
    Message {
        id: MessageId {
            source: connector.as_str().into(),
            id: notification.id.as_str().into(),
        },
        tenant: notification.tenant.clone(),
        about: Reference {
            kind: "fulfilment",
            name: "reference",
            // With its order: where another OMS's records were put in the place of these, they have the same numbers.
            value: format!("{connector}/{}/{}", told.order, told.reference.value),
        },
        partition: told.order.clone(),
        correlation: notification.correlation.clone(),
        fact: format!("version {}", told.version),
    }
}

/// The fulfilment order's next version with its event, or nothing where a newer one is known.
fn changes(
    context: &MessageContext<'_>,
    known: &Object<FulfilmentOrder>,
    notification: &Notification,
) -> Result<Changes, Fault> {
    let newer = |known: &FulfilmentOrder| known.version >= notification.fulfilment.version;
    if known.state.as_ref().is_some_and(newer) {
        // It came late: something newer was received, and a state never goes back.
        return Ok(Changes::none());
    }
    Ok(Changes {
        records: vec![known.write(&notification.fulfilment)?],
        events: vec![event(context, known, notification)?],
        answer: None,
    })
}

/// The notification as the event that readers know.
fn event(
    context: &MessageContext<'_>,
    about: &Object<FulfilmentOrder>,
    notification: &Notification,
) -> Result<NewEvent, Fault> {
    let fulfilment = &notification.fulfilment;
    let order_reference = fulfilment.order.clone();
    let fulfilment_order = fulfilment.reference.value.clone();
    let location = fulfilment.location.clone();
    macro_rules! event {
        ($kind:ident, $lines:expr $(, $field:ident: $value:expr)*) => {
            context.event(about, &$kind {
                order_reference, fulfilment_order, location, lines: $lines, $($field: $value,)*
            })
        };
    }
    match notification.change {
        FulfilmentChange::Requested => event!(FulfilmentRequested, requested(fulfilment)),
        FulfilmentChange::Accepted => event!(FulfilmentAccepted, requested(fulfilment)),
        FulfilmentChange::Rejected => {
            let reason = fulfilment.reason.clone().unwrap_or_default();
            let backordered = units(&notification.backordered);
            let lines = requested(fulfilment);
            event!(FulfilmentRejected, lines, backordered: backordered, reason: reason)
        }
        FulfilmentChange::ShortPicked => {
            let backordered = units(&notification.backordered);
            let lines = units(&notification.missing);
            event!(FulfilmentShortPicked, lines, backordered: backordered)
        }
        FulfilmentChange::Picked => event!(FulfilmentPicked, picked(fulfilment)),
        FulfilmentChange::Packed => event!(FulfilmentPacked, picked(fulfilment)),
        FulfilmentChange::Shipped => {
            let shipment = fulfilment.shipment.as_ref();
            let tracking = shipment.map(|shipment| shipment.tracking.clone());
            let number = shipment.map(|shipment| shipment.reference.value.clone());
            event!(FulfilmentShipped, picked(fulfilment), tracking: tracking, shipment: number)
        }
    }
}

fn requested(fulfilment: &FulfilmentOrder) -> Vec<EventLine> {
    let lines = fulfilment.lines.iter().map(|line| EventLine {
        line_id: line.line.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
    });
    lines.collect()
}

/// Lines of which nothing was found are left out.
fn picked(fulfilment: &FulfilmentOrder) -> Vec<EventLine> {
    let lines = fulfilment.lines.iter().filter_map(|line| {
        let found = line.picked.map_or(Some(line.quantity), Quantity::new);
        found.map(|quantity| EventLine {
            line_id: line.line.clone(),
            sku: line.sku.clone(),
            quantity,
        })
    });
    lines.collect()
}

fn units(units: &[Missing]) -> Vec<EventLine> {
    let lines = units.iter().map(|units| EventLine {
        line_id: units.line.clone(),
        sku: units.sku.clone(),
        quantity: units.quantity,
    });
    lines.collect()
}
