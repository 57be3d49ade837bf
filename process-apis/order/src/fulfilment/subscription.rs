//! Signals or starts workflows on what the OMS reports of its fulfilment orders: a parcel, or that there is none.

use crate::deps::Deps;
use crate::fulfilment::NAME;
use crate::fulfilment::state::Fulfilling;
use crate::fulfilment::steps::{AwaitShipped, ShippedSignal};
use crate::lookup;
use crate::shortage::subscription::{self as shortage, Shortage};
use async_trait::async_trait;
use crossdock_events::{CloudEvent, Handled, Handler};
use crossdock_model::event::{Event, EventLine, FulfilmentPacked, FulfilmentShipped};
use crossdock_model::{Fault, InstanceId, LineId, LocationId, OrderId};
use crossdock_store::{Cause, MessageId};
use crossdock_workflow::{Await as _, StartError, StartRequest};
use proc_order_contract::{Order, Shipment};

/// Turns fulfilment events of the OMS into shipments and shortages of orders.
#[derive(Debug)]
pub(crate) struct OnFulfilment(pub(crate) Deps);

/// A fulfilment order that has been packed, whichever event says so.
struct Parcel {
    order: OrderId,
    fulfilment_order: String,
    location: LocationId,
    lines: Vec<(LineId, u32)>,
}

#[async_trait]
impl Handler for OnFulfilment {
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault> {
        let read = event
            .read()
            .map_err(|error| Fault::poison(error.to_string()))?;
        if let Event::FulfilmentPacked(packed) = read {
            return self.packed(event, packed).await;
        }
        if let Event::FulfilmentShipped(shipped) = read {
            return self.shipped(event, shipped).await;
        }
        if let Event::FulfilmentRejected(rejected) = read {
            return self.short(event, rejected.into()).await;
        }
        if let Event::FulfilmentShortPicked(picked) = read {
            return self.short(event, picked.into()).await;
        }
        Ok(Handled::Ignored)
    }
}

impl OnFulfilment {
    /// Starts the shipment's workflow, once.
    async fn packed(&self, event: &CloudEvent, packed: FulfilmentPacked) -> Result<Handled, Fault> {
        let Ok(order) = packed.order_reference.parse() else {
            return Ok(Handled::Ignored);
        };
        let parcel = Parcel {
            order,
            fulfilment_order: packed.fulfilment_order,
            location: packed.location,
            lines: counted(&packed.lines),
        };
        let is_ours = self.start(event, parcel, Some(message(event))).await?;
        Ok(if is_ours {
            Handled::Done
        } else {
            Handled::Ignored
        })
    }

    /// Signals the shipment's workflow. What has left was packed, so one that is not there yet is started: the news of its
    /// packing comes later, or never.
    async fn shipped(
        &self,
        event: &CloudEvent,
        shipped: FulfilmentShipped,
    ) -> Result<Handled, Fault> {
        let Ok(order) = shipped.order_reference.parse() else {
            return Ok(Handled::Ignored);
        };
        let key = Shipment::reference(order, &shipped.fulfilment_order);
        let signal = ShippedSignal {
            tracking: shipped.tracking,
            at: event.time,
        };
        let told = (AwaitShipped::NAME, &signal);
        if self.0.signal_on_fact(event, (NAME, &key), told).await? {
            return Ok(Handled::Done);
        }
        let parcel = Parcel {
            order,
            fulfilment_order: shipped.fulfilment_order,
            location: shipped.location,
            lines: counted(&shipped.lines),
        };
        if !self.start(event, parcel, None).await? {
            return Ok(Handled::Ignored);
        }
        if !self.0.signal_on_fact(event, (NAME, &key), told).await? {
            return Err(retry(&"the shipment's workflow is not there yet"));
        }
        Ok(Handled::Done)
    }

    /// What a location did not ship is waited for, or cancelled.
    async fn short(&self, event: &CloudEvent, shortage: Shortage) -> Result<Handled, Fault> {
        let Ok(order) = shortage.order_reference.parse() else {
            return Ok(Handled::Ignored);
        };
        match self.order(event, order).await? {
            Some(order) => shortage::resolve(&self.0, event, &order, shortage).await,
            None => Ok(Handled::Ignored),
        }
    }

    /// Starts the parcel's workflow where it is not there yet; false for a parcel of others.
    async fn start(
        &self,
        event: &CloudEvent,
        parcel: Parcel,
        inbox: Option<MessageId>,
    ) -> Result<bool, Fault> {
        let Some(order) = self.order(event, parcel.order).await? else {
            return Ok(false);
        };
        let Deps { desk, ids, .. } = &self.0;
        let key = Shipment::reference(order.id, &parcel.fulfilment_order);
        let partition = order.id.to_string();
        let Parcel {
            fulfilment_order,
            location,
            lines,
            ..
        } = parcel;
        let state = Fulfilling::new(&order, fulfilment_order, location, lines);
        let request = StartRequest {
            workflow: NAME,
            id: InstanceId(ids.next(desk.clock.now())),
            key: key.into(),
            partition: &partition,
            state: &state,
            records: Vec::new(),
            cause: cause(event, &order),
            inbox,
        };
        match desk.engine.start(request).await {
            Ok(_) | Err(StartError::Seen) => Ok(true),
            Err(error) => Err(retry(&error)),
        }
    }

    /// The order, if it is one of ours: an OMS may ship for others too.
    async fn order(&self, event: &CloudEvent, id: OrderId) -> Result<Option<Order>, Fault> {
        let found = lookup::find(&self.0.desk, &event.tenant, id).await;
        found.map_err(|problem| Fault::Retry {
            after: None,
            why: problem.detail,
        })
    }
}

fn counted(lines: &[EventLine]) -> Vec<(LineId, u32)> {
    lines
        .iter()
        .map(|line| (line.line_id.clone(), line.quantity.get()))
        .collect()
}

/// The shipment's workflow is caused by the event, under the order's own correlation id.
fn cause(event: &CloudEvent, order: &Order) -> Cause {
    Cause {
        tenant: event.tenant.clone(),
        caller: "crossdock".into(),
        operation: "order.fulfil".into(),
        correlation: order.correlation.clone(),
        traceparent: None,
        claim: None,
    }
}

fn message(event: &CloudEvent) -> MessageId {
    MessageId {
        source: "order/oms".into(),
        id: event.id.to_string().into(),
    }
}

fn retry(error: &impl std::fmt::Display) -> Fault {
    Fault::Retry {
        after: None,
        why: error.to_string(),
    }
}
