//! The records that an order's workflows write beside the order itself: its documents, as facts.

use crate::workflows::fulfil_shipment::Fulfilling;
use crossdock_desk::fact;
use crossdock_model::event::{
    AccrualState, ErpPosted, LoyaltyAccrued, LoyaltyHoldConfirmed, PaymentCaptured,
};
use crossdock_model::{ExternalRef, Money, OrderId, Points, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::Moment;
use proc_order_contract::Order;

/// The feed of this API.
pub(crate) const FEED: &str = "order";

/// The order's record.
pub(crate) fn order(id: OrderId) -> RecordRef {
    RecordRef {
        kind: Order::KIND,
        id: id.0,
    }
}

/// The reference that a shipment of an order has at every backend, unique over all OMS instances.
pub(crate) fn shipment_reference(order: OrderId, fulfilment_order: &str) -> String {
    format!("{order}-{fulfilment_order}")
}

/// A document in the ERP.
pub(crate) fn posted(
    moment: &Moment,
    order: &Order,
    posting: &str,
    document: Option<&ExternalRef>,
) -> Result<Changes, Refusal> {
    let Some(document) = document else {
        return Ok(Changes::none());
    };
    let posted = ErpPosted {
        order_id: order.id,
        return_id: None,
        posting: posting.to_owned(),
        document: document.clone(),
        amount: None,
    };
    fact(moment, FEED, &posted, vec![("document", key(document))])
}

/// Points burnt at the loyalty engine.
pub(crate) fn burnt(
    moment: &Moment,
    order: &Order,
    burn: Option<&ExternalRef>,
) -> Result<Changes, Refusal> {
    let Some(redemption) = &order.redemption else {
        return Ok(Changes::none());
    };
    let confirmed = LoyaltyHoldConfirmed {
        order_id: order.id,
        points: Points::new(redemption.points, &redemption.program),
        value: redemption.value,
        reference: burn.cloned(),
    };
    fact(
        moment,
        FEED,
        &confirmed,
        vec![("burn-of-order", order.id.to_string())],
    )
}

/// Points that wait for the order's money to settle.
pub(crate) fn accrued(
    moment: &Moment,
    order: &Order,
    accrual: Option<&ExternalRef>,
) -> Result<Changes, Refusal> {
    let (Some(earn), Some(accrual)) = (&order.earn, accrual) else {
        return Ok(Changes::none());
    };
    let accrued = LoyaltyAccrued {
        order_id: order.id,
        points: Points::new(earn.points, &earn.program),
        state: AccrualState::Pending,
        reference: Some(accrual.clone()),
        matures_at: None,
    };
    fact(
        moment,
        FEED,
        &accrued,
        vec![("accrual-of-order", order.id.to_string())],
    )
}

/// A shipment's money, taken.
pub(crate) fn captured(moment: &Moment, shipment: &Fulfilling) -> Result<Changes, Refusal> {
    let order = &shipment.order;
    let shipped: i64 = order
        .shipments
        .iter()
        .map(|left| order.shipment_share(&left.id).net_paid)
        .sum();
    let captured = PaymentCaptured {
        order_id: order.id,
        amount: shipment.share.paid(order.currency),
        captured: Money::new(shipped, order.currency),
        reference: shipment.capture.clone(),
    };
    fact(
        moment,
        FEED,
        &captured,
        vec![("capture-of-shipment", shipment.reference())],
    )
}

fn key(document: &ExternalRef) -> String {
    format!("{}/{}/{}", document.system, document.kind, document.value)
}
