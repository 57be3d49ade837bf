//! What the loyalty process does when captured money has settled: its shipment's points mature.

use crate::Deps;
use crate::workflow::{Maturing, NAME};
use async_trait::async_trait;
use crossdock_events::{CloudEvent, Handled, Handler};
use crossdock_model::event::{Event, PaymentSettled, SettlementKind};
use crossdock_model::{Fault, InstanceId, OrderId};
use crossdock_store::{Cause, MessageId};
use crossdock_workflow::{StartError, StartRequest};
use proc_order_contract::{Order, Share, Unit};

/// Starts the maturing of a shipment's points.
#[derive(Debug)]
pub(crate) struct OnSettlement(pub(crate) Deps);

#[async_trait]
impl Handler for OnSettlement {
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault> {
        let read = event
            .read()
            .map_err(|error| Fault::poison(error.to_string()))?;
        if let Event::PaymentSettled(settled) = read
            && settled.kind == SettlementKind::Capture
        {
            return self.settled(event, settled).await;
        }
        Ok(Handled::Ignored)
    }
}

impl OnSettlement {
    async fn settled(&self, event: &CloudEvent, settled: PaymentSettled) -> Result<Handled, Fault> {
        let Ok(id) = settled.order_reference.parse::<OrderId>() else {
            return Ok(Handled::Ignored);
        };
        let deps = &self.0;
        let order: Option<Order> =
            deps.desk
                .find(&event.tenant, Order::KIND, id.0)
                .map_err(|problem| Fault::Retry {
                    after: None,
                    why: problem.detail,
                })?;
        let Some(order) = order else {
            return Ok(Handled::Ignored);
        };
        let Some(state) = maturing(
            &order,
            settled.document,
            deps.settings.window.get().as_secs(),
        ) else {
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
            id: InstanceId(deps.ids.next(deps.desk.clock.now())),
            key: state.shipment.as_str().into(),
            partition: member,
            state: &state,
            cause,
            inbox: Some(MessageId {
                source: "loyalty/payment".into(),
                id: event.id.to_string().into(),
            }),
        };
        match deps.desk.engine.start(request).await {
            Ok(_new_or_attached) => Ok(Handled::Done),
            Err(StartError::Seen) => Ok(Handled::Done),
            Err(error) => Err(Fault::Retry {
                after: None,
                why: error.to_string(),
            }),
        }
    }
}

/// The points of that shipment, where there are any.
fn maturing(order: &Order, shipment: String, window_seconds: u64) -> Option<Maturing> {
    let earn = order.earn.as_ref()?;
    order.member.as_ref()?;
    let left = shipment.strip_prefix(&format!("{}-", order.id))?;
    let earning = |unit: &&Unit| unit.shipment.as_deref() == Some(left) && unit.earn_points > 0;
    let units: Vec<&Unit> = order.units.iter().filter(earning).collect();
    if units.is_empty() {
        return None;
    }
    Some(Maturing {
        order: order.id,
        connector: order.pins.loyalty.clone(),
        points: Share::of(units.iter().copied()).earn_points,
        units: units.iter().map(|unit| unit.id.clone()).collect(),
        program: earn.program.clone(),
        window_seconds,
        matured: 0,
        shipment,
    })
}
