//! What an order's record reports of its placing: received, placed with all that was held, rejected.

use crate::placing::state::{Held, Placing};
use crate::records;
use crossdock_model::event::{
    InventoryReserved, OrderPlaced, OrderReceived, OrderRejected, PaymentAuthorised, PlacedLine,
    PlacedRedemption, PlacedTender, ReservedLine,
};
use crossdock_model::{ExternalRef, Money, Points, PointsRate, Refusal};
use crossdock_store::{NewEvent, RecordRef};
use crossdock_workflow::Moment;
use proc_order_contract::{Order, OrderLine, Redemption, Share};

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
    records::event(moment, record, &data)
}

/// Everything that becomes true with the pivot.
pub(crate) fn placed(
    moment: &Moment,
    record: &RecordRef,
    state: &Placing,
) -> Result<Vec<NewEvent>, Refusal> {
    let order = &state.order;
    let mut events = Vec::with_capacity(3);
    if let Some(held) = &state.reservation {
        let lines = order.lines.iter().map(|line| ReservedLine {
            line_id: line.id.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity,
            location: None,
            expires_at: Some(held.until),
        });
        let data = InventoryReserved {
            order_id: order.id,
            reservation: Some(held.reference.clone()),
            lines: lines.collect(),
        };
        events.push(records::event(moment, record, &data)?);
    }
    if let Some(held) = &state.payment {
        let data = PaymentAuthorised {
            order_id: order.id,
            amount: order.totals.card,
            reference: Some(held.reference.clone()),
            capture_before: Some(held.until),
        };
        events.push(records::event(moment, record, &data)?);
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
            reference: reference(state.payment.as_ref()),
        }],
    };
    events.push(records::event(moment, record, &data)?);
    Ok(events)
}

fn placed_line(order: &Order, line: &OrderLine) -> PlacedLine {
    let share = Share::of(
        order
            .units
            .iter()
            .filter(|unit| *unit.units.line() == line.id),
    );
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
        hold: reference(state.hold.as_ref()),
    }
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
    records::event(moment, record, &data)
}

fn reference(held: Option<&Held>) -> Option<ExternalRef> {
    held.map(|held| held.reference.clone())
}
