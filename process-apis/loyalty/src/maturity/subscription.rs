//! Starts `mature-points` for a shipment once its money has settled, here or elsewhere.

use crate::deps::Deps;
use crate::maturity::{NAME, state::Maturing};
use async_trait::async_trait;
use crossdock_events::{CloudEvent, Handled, Handler};
use crossdock_model::event::{Event, SettlementKind};
use crossdock_model::{Fault, InstanceId, OrderId};
use crossdock_store::{Cause, MessageId};
use crossdock_workflow::{StartError, StartRequest};
use proc_order_contract::{Mode, Order, Shipment};

/// Starts the maturing of a shipment's points when its capture has settled.
#[derive(Debug)]
pub(crate) struct OnSettlement(pub(crate) Deps);

#[async_trait]
impl Handler for OnSettlement {
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault> {
        if let Event::PaymentSettled(settled) = read(event)?
            && settled.kind == SettlementKind::Capture
            && let Ok(order) = settled.order_reference.parse::<OrderId>()
            && let Some(order) = self.0.order(event, order).await?
        {
            return self
                .0
                .mature("loyalty/payment", event, &order, settled.document)
                .await;
        }
        Ok(Handled::Ignored)
    }
}

/// Starts the maturing of a shipment's points when its money was taken elsewhere, before it left.
#[derive(Debug)]
pub(crate) struct OnShipment(pub(crate) Deps);

#[async_trait]
impl Handler for OnShipment {
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault> {
        let Some(id) = may_mature(&read(event)?) else {
            return Ok(Handled::Ignored);
        };
        let order = self.0.order(event, id).await?;
        let Some(order) = order.filter(|order| order.mode == Mode::Captured) else {
            return Ok(Handled::Ignored);
        };
        let left = order
            .shipments
            .iter()
            .filter(|shipment| shipment.shipped_at.is_some());
        for shipment in left {
            let reference = Shipment::reference(order.id, &shipment.id);
            self.0
                .mature("loyalty/order", event, &order, reference)
                .await?;
        }
        Ok(Handled::Done)
    }
}

/// The order whose points may have to mature: it was shipped, or what it earns became known after that.
fn may_mature(event: &Event) -> Option<OrderId> {
    if let Event::OrderShipped(shipped) = event {
        return shipped.capture.is_none().then_some(shipped.order_id);
    }
    if let Event::LoyaltyAccrued(accrued) = event {
        return Some(accrued.order_id);
    }
    None
}

fn read(event: &CloudEvent) -> Result<Event, Fault> {
    event
        .read()
        .map_err(|error| Fault::poison(error.to_string()))
}

impl Deps {
    /// That order of the event's tenant, where there is one.
    async fn order(&self, event: &CloudEvent, id: OrderId) -> Result<Option<Order>, Fault> {
        let found = self.desk.find(&event.tenant, Order::KIND, id.0).await;
        found.map_err(|problem| Fault::Retry {
            after: None,
            why: problem.detail,
        })
    }

    /// Starts the workflow of that shipment, once, however often its settlement is reported.
    async fn mature(
        &self,
        reader: &'static str,
        event: &CloudEvent,
        order: &Order,
        shipment: String,
    ) -> Result<Handled, Fault> {
        let window = self.maturity.as_secs();
        let Some(state) = Maturing::new(order, shipment, window) else {
            return Ok(Handled::Ignored);
        };
        let cause = Cause {
            tenant: event.tenant.clone(),
            caller: "crossdock".into(),
            operation: "loyalty.mature".into(),
            correlation: order.correlation.clone(),
            traceparent: None,
            claim: None,
        };
        let member = order.member.as_ref().map_or("", |member| &*member.0);
        let request = StartRequest {
            workflow: NAME,
            id: InstanceId(self.ids.next(self.desk.clock.now())),
            key: state.shipment.as_str().into(),
            partition: member,
            state: &state,
            records: Vec::new(),
            cause,
            inbox: Some(MessageId {
                source: reader.into(),
                id: format!("{}/{}", event.id, state.shipment).into(),
            }),
        };
        match self.desk.engine.start(request).await {
            Ok(_new_or_attached) => Ok(Handled::Done),
            Err(StartError::Seen) => Ok(Handled::Done),
            Err(error) => Err(Fault::Retry {
                after: None,
                why: error.to_string(),
            }),
        }
    }
}
