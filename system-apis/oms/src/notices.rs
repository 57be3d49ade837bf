//! Webhooks of an OMS turned into canonical events: each fact once, and never backwards.

use crate::port::{Happened, Notice};
use crossdock_events::{Inbox, Intake, Message, Object, Taken};
use crossdock_model::event::{
    EventLine, FulfilmentAccepted, FulfilmentPacked, FulfilmentPicked, FulfilmentRejected,
    FulfilmentRequested, FulfilmentShipped, FulfilmentShortPicked,
};
use crossdock_model::{ConnectorName, Fault, Quantity};
use crossdock_store::{Changes, MessageId, NewEvent};
use sys_oms_contract::FulfilmentOrder;

/// Records what a connector's OMS tells, the first time it tells it.
pub(crate) async fn take(
    inbox: &Inbox,
    connector: &ConnectorName,
    notice: Notice,
) -> Result<Taken, Fault> {
    let message = Message {
        id: MessageId {
            source: connector.as_str().into(),
            id: notice.id.as_str().into(),
        },
        tenant: notice.tenant.clone(),
        partition: notice.fulfilment.order.clone(),
        correlation: notice.correlation.clone(),
    };
    let number = format!("{connector}/{}", notice.fulfilment.reference.value);
    let build = |intake: &Intake<'_>| {
        let known: Object<FulfilmentOrder> = intake.object("fulfilment", "reference", &number)?;
        let newer = |known: &FulfilmentOrder| known.version >= notice.fulfilment.version;
        if known.state.as_ref().is_some_and(newer) {
            // It came late: something newer was told, and a state never goes back.
            return Ok(Changes::none());
        }
        Ok(Changes {
            records: vec![known.write(&notice.fulfilment)?],
            events: vec![event(intake, &known, &notice)?],
            answer: None,
        })
    };
    inbox.take(message, build).await
}

/// What is told, as the event that readers know.
fn event(
    intake: &Intake<'_>,
    about: &Object<FulfilmentOrder>,
    notice: &Notice,
) -> Result<NewEvent, Fault> {
    let job = &notice.fulfilment;
    let order_reference = job.order.clone();
    let fulfilment_order = job.reference.value.clone();
    let location = job.location.clone();
    macro_rules! tell {
        ($kind:ident, $lines:expr $(, $field:ident: $value:expr)*) => {
            intake.event(about, &$kind {
                order_reference, fulfilment_order, location, lines: $lines, $($field: $value,)*
            })
        };
    }
    match notice.what {
        Happened::Requested => tell!(FulfilmentRequested, asked(job)),
        Happened::Accepted => tell!(FulfilmentAccepted, asked(job)),
        Happened::Rejected => {
            let reason = job.reason.clone().unwrap_or_default();
            tell!(FulfilmentRejected, asked(job), reason: reason)
        }
        Happened::ShortPicked => tell!(FulfilmentShortPicked, missing(notice)),
        Happened::Picked => tell!(FulfilmentPicked, picked(job)),
        Happened::Packed => tell!(FulfilmentPacked, picked(job)),
        Happened::Shipped => {
            let shipment = job.shipment.as_ref();
            let tracking = shipment.map(|shipment| shipment.tracking.clone());
            let number = shipment.map(|shipment| shipment.reference.value.clone());
            tell!(FulfilmentShipped, picked(job), tracking: tracking, shipment: number)
        }
    }
}

fn asked(job: &FulfilmentOrder) -> Vec<EventLine> {
    let lines = job.lines.iter().map(|line| EventLine {
        line_id: line.line.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
    });
    lines.collect()
}

/// Lines of which nothing was found are left out.
fn picked(job: &FulfilmentOrder) -> Vec<EventLine> {
    let lines = job.lines.iter().filter_map(|line| {
        let found = line.picked.map_or(Some(line.quantity), Quantity::new);
        found.map(|quantity| EventLine {
            line_id: line.line.clone(),
            sku: line.sku.clone(),
            quantity,
        })
    });
    lines.collect()
}

fn missing(notice: &Notice) -> Vec<EventLine> {
    let lines = notice.missing.iter().map(|missing| EventLine {
        line_id: missing.line.clone(),
        sku: missing.sku.clone(),
        quantity: missing.quantity,
    });
    lines.collect()
}
