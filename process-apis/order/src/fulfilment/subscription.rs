//! Signals or starts `fulfil-shipment` on what the OMS reports of its fulfilment orders.

use crate::deps::Deps;
use crate::fulfilment::NAME;
use crate::fulfilment::state::Fulfilling;
use crate::fulfilment::steps::{AwaitShipped, PackUnits, ShippedSignal};
use crate::lookup;
use async_trait::async_trait;
use crossdock_events::{CloudEvent, Handled, Handler};
use crossdock_model::event::{Event, EventLine, FulfilmentPacked, FulfilmentShipped};
use crossdock_model::{Fault, InstanceId, LineId, OrderId};
use crossdock_store::{Cause, MessageId};
use crossdock_workflow::{
    Await as _, Milestone, SignalError, SignalRequest, StartError, StartRequest, Step as _,
};
use proc_order_contract::{Order, Shipment};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// How many locks the orders are striped over: so many may be packed at once, one shipment of an order at a time.
const STRIPES: usize = 64;

/// Turns fulfilment events of the OMS into shipments of orders.
#[derive(Debug)]
pub(crate) struct OnFulfilment {
    deps: Deps,
    stripes: Vec<Mutex<()>>,
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
        Ok(Handled::Ignored)
    }
}

impl OnFulfilment {
    pub(crate) fn new(deps: Deps) -> Self {
        Self {
            deps,
            stripes: (0..STRIPES).map(|_| Mutex::new(())).collect(),
        }
    }

    /// Locks the order, so that two of its shipments never choose units at the same time.
    async fn lock(&self, order: OrderId) -> Option<MutexGuard<'_, ()>> {
        let stripe = usize::try_from(order.0.as_u128() % STRIPES as u128).unwrap_or(0);
        match self.stripes.get(stripe) {
            Some(stripe) => Some(stripe.lock().await),
            None => None,
        }
    }

    /// Starts the shipment's workflow, once, and waits until its units are assigned.
    async fn packed(&self, event: &CloudEvent, packed: FulfilmentPacked) -> Result<Handled, Fault> {
        let Ok(id) = packed.order_reference.parse::<OrderId>() else {
            return Ok(Handled::Ignored);
        };
        let _one_at_a_time = self.lock(id).await;
        let Some(order) = self.order(event, id).await? else {
            return Ok(Handled::Ignored);
        };
        let key = Shipment::reference(order.id, &packed.fulfilment_order);
        let deps = &self.deps;
        let known = deps
            .desk
            .store
            .instance_by_key(&event.tenant, NAME, &key)
            .await;
        if let Some(known) = known.map_err(|error| retry(&error))? {
            return self.assigned(known).await;
        }
        let cause = cause(event, &order);
        let partition = order.id.to_string();
        let lines = counted(&packed.lines);
        let state = Fulfilling::new(order, packed.fulfilment_order, packed.location, lines);
        let id = InstanceId(deps.ids.next(deps.desk.clock.now()));
        let inbox = Some(message(event));
        let request = StartRequest {
            workflow: NAME,
            id,
            key: key.as_str().into(),
            partition: &partition,
            state: &state,
            cause,
            inbox,
        };
        let started = match deps.desk.engine.start(request).await {
            Ok(started) => started.id(),
            Err(StartError::Seen) => return Ok(Handled::Done),
            Err(error) => {
                return Err(retry(&error));
            }
        };
        self.assigned(started).await
    }

    /// The next shipment of the order may only be looked at once this one's units are assigned.
    async fn assigned(&self, id: InstanceId) -> Result<Handled, Fault> {
        let now = self.deps.desk.clock.now();
        let until = now.saturating_add(Duration::from_secs(5)).unwrap_or(now);
        let waited = self
            .deps
            .desk
            .engine
            .wait_for(id, Milestone::Node(PackUnits::NAME.to_owned()), until)
            .await;
        // Units that cannot be assigned park the shipment, which is then on the desk and not here.
        waited
            .map(|_assigned_or_parked| Handled::Done)
            .map_err(|error| retry(&error))
    }

    /// Signals the shipment's workflow; one that is not there yet is retried, as packing comes first.
    async fn shipped(
        &self,
        event: &CloudEvent,
        shipped: FulfilmentShipped,
    ) -> Result<Handled, Fault> {
        let Ok(order) = shipped.order_reference.parse::<OrderId>() else {
            return Ok(Handled::Ignored);
        };
        let key = Shipment::reference(order, &shipped.fulfilment_order);
        let payload = ShippedSignal {
            tracking: shipped.tracking,
            at: event.time,
        };
        let id = event.id.to_string();
        let request = SignalRequest {
            workflow: NAME,
            tenant: &event.tenant,
            key: &key,
            name: AwaitShipped::NAME,
            id: &id,
            payload: &payload,
            inbox: None,
        };
        match self.deps.desk.engine.signal(request).await {
            Ok(_taken_early_late_or_again) => Ok(Handled::Done),
            Err(SignalError::NotFound { .. }) => {
                if self.order(event, order).await?.is_none() {
                    return Ok(Handled::Ignored);
                }
                let why = format!("shipment {key} left before it was packed here");
                Err(Fault::Retry { after: None, why })
            }
            Err(error) => Err(retry(&error)),
        }
    }

    /// The order, if it is one of ours: an OMS may ship for others too.
    async fn order(&self, event: &CloudEvent, id: OrderId) -> Result<Option<Order>, Fault> {
        let found = lookup::find(&self.deps.desk, &event.tenant, id).await;
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
