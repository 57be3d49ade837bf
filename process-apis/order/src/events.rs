//! What the order's own record reports: received, placed, shipped, completed, cancelled, rejected.

use crate::records::FEED;
use crate::workflows::fulfil_shipment::Fulfilling;
use crate::workflows::place_order::Placing;
use crossdock_model::event::{
    EventData, EventLine, InventoryReserved, OrderCancelled, OrderCompleted, OrderPlaced,
    OrderReceived, OrderRejected, OrderShipped, PaymentAuthorised, PlacedLine, PlacedRedemption,
    PlacedTender, ReservedLine,
};
use crossdock_model::{Money, Points, PointsRate, Quantity, Refusal};
use crossdock_store::{NewEvent, RecordRef};
use crossdock_workflow::Moment;
use proc_order_contract::{Lifecycle, Order, Redemption, Share};

/// An event about the order's record.
fn about<E: EventData>(moment: &Moment, record: &RecordRef, data: &E) -> Result<NewEvent, Refusal> {
    moment.event(FEED, record, E::KIND.as_str(), data)
}

pub(crate) fn received(
    moment: &Moment,
    record: &RecordRef,
    order: &Order,
) -> Result<NewEvent, Refusal> {
    let data = OrderReceived {
        order_id: order.id,
        reference: order.channel_ref.clone(),
        channel: order.channel.clone(),
        total: order.totals.card,
    };
    about(moment, record, &data)
}

/// Everything that becomes true with the pivot.
pub(crate) fn placed(
    moment: &Moment,
    record: &RecordRef,
    state: &Placing,
) -> Result<Vec<NewEvent>, Refusal> {
    let order = &state.order;
    let mut events = Vec::with_capacity(3);
    if state.reservation.is_some() {
        let lines = order.lines.iter().map(|line| ReservedLine {
            line_id: line.id.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity,
            location: None,
            expires_at: None,
        });
        let data = InventoryReserved {
            order_id: order.id,
            reservation: state.reservation.clone(),
            lines: lines.collect(),
        };
        events.push(about(moment, record, &data)?);
    }
    if state.payment.is_some() {
        let data = PaymentAuthorised {
            order_id: order.id,
            amount: order.totals.card,
            reference: state.payment.clone(),
            capture_before: None,
        };
        events.push(about(moment, record, &data)?);
    }
    let data = OrderPlaced {
        order_id: order.id,
        reference: order.channel_ref.clone(),
        channel: order.channel.clone(),
        customer: order.customer.clone(),
        member: order.member.clone(),
        total: order.totals.card,
        lines: order
            .lines
            .iter()
            .map(|line| placed_line(order, line))
            .collect(),
        redemptions: order
            .redemption
            .iter()
            .map(|burnt| redemption(burnt, state))
            .collect(),
        tenders: vec![PlacedTender {
            kind: "card".into(),
            amount: order.totals.card,
            reference: state.payment.clone(),
        }],
    };
    events.push(about(moment, record, &data)?);
    Ok(events)
}

fn placed_line(order: &Order, line: &proc_order_contract::OrderLine) -> PlacedLine {
    let share = Share::of(order.units.iter().filter(|unit| unit.id.line == line.id));
    PlacedLine {
        line_id: line.id.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
        net: Money::new(share.net_paid - share.tax, order.currency),
        tax: Money::new(share.tax, order.currency),
    }
}

fn redemption(burnt: &Redemption, state: &Placing) -> PlacedRedemption {
    PlacedRedemption {
        points: Points::new(burnt.points, &burnt.program),
        value: burnt.value,
        rate: PointsRate {
            numerator: burnt.value.minor,
            denominator: burnt.points.max(1),
        },
        hold: state.hold.clone(),
    }
}

pub(crate) fn shipped(
    moment: &Moment,
    record: &RecordRef,
    state: &Fulfilling,
    order: &Order,
) -> Result<NewEvent, Refusal> {
    let sku = |id| {
        order
            .lines
            .iter()
            .find(move |line| &line.id == id)
            .map(|line| line.sku.clone())
    };
    let lines = state.lines.iter().filter_map(|(id, count)| {
        Some(EventLine {
            line_id: id.clone(),
            sku: sku(id)?,
            quantity: Quantity::new(*count)?,
        })
    });
    let data = OrderShipped {
        order_id: order.id,
        fulfilment_order: state.fulfilment_order.clone(),
        location: state.location.clone(),
        units: state.units.clone(),
        lines: lines.collect(),
        tracking: state.tracking.clone(),
        capture: state.capture.clone(),
        is_final: order.lifecycle == Lifecycle::Completed,
    };
    about(moment, record, &data)
}

pub(crate) fn completed(
    moment: &Moment,
    record: &RecordRef,
    order: &Order,
) -> Result<NewEvent, Refusal> {
    about(moment, record, &OrderCompleted { order_id: order.id })
}

pub(crate) fn cancelled(
    moment: &Moment,
    record: &RecordRef,
    order: &Order,
    reason: &str,
) -> Result<NewEvent, Refusal> {
    let data = OrderCancelled {
        order_id: order.id,
        reason: reason.to_owned(),
        decided_by: "customer".into(),
        units: order.units.iter().map(|unit| unit.id.clone()).collect(),
    };
    about(moment, record, &data)
}

pub(crate) fn rejected(
    moment: &Moment,
    record: &RecordRef,
    order: &Order,
    refusal: &Refusal,
) -> Result<NewEvent, Refusal> {
    let data = OrderRejected {
        order_id: order.id,
        reference: order.channel_ref.clone(),
        code: refusal.code.clone(),
        failed_step: None,
    };
    about(moment, record, &data)
}
