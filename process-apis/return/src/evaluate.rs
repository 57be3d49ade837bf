//! What a return comes to: a look-up in the order as sold, nothing recomputed. Pure code.

use crossdock_model::{LineId, Money, Refusal, Timestamp, UnitId};
use proc_order_contract::{Lifecycle, Order, Share, Unit};
use proc_return_contract::{Condition, Disposition, Evaluation, ReturnLine, ReturnedUnit};
use std::time::Duration;

/// The units that a return takes, with where each goes and until when it may come back.
#[derive(Debug, Clone)]
pub(crate) struct EvaluatedReturn {
    /// Which units, in the order of the lines asked for.
    pub(crate) units: Vec<ReturnedUnit>,
    /// The sum of their frozen columns.
    pub(crate) share: Share,
    /// When the first of them may no longer be returned.
    pub(crate) window_ends: Timestamp,
}

/// Looks the units up, or says why they cannot come back.
pub(crate) fn evaluate(
    order: &Order,
    lines: &[ReturnLine],
    window: Duration,
    now: Timestamp,
) -> Result<EvaluatedReturn, Refusal> {
    if matches!(
        order.lifecycle,
        Lifecycle::Received | Lifecycle::Rejected | Lifecycle::Cancelled
    ) {
        let detail = format!(
            "order {} was never sold: there is nothing to return",
            order.id
        );
        return Err(Refusal::new("wrong_state", detail));
    }
    let ids = order.returnable(&counted(lines))?;
    let rows = order.rows(&ids);
    let window_ends = window_ends(order, &rows, window)?;
    if window_ends <= now {
        let detail = format!("the units could be returned until {window_ends}");
        return Err(Refusal::new("return_window_closed", detail));
    }
    let conditions = lines
        .iter()
        .flat_map(|line| std::iter::repeat_n(line.condition, line.quantity.get() as usize));
    let units = rows
        .iter()
        .zip(conditions)
        .map(|(unit, condition)| returned(order, unit, condition));
    Ok(EvaluatedReturn {
        units: units.collect(),
        share: Share::of(rows),
        window_ends,
    })
}

/// What a dry run answers, as the contract words it.
pub(crate) fn evaluation(order: &Order, evaluated: &EvaluatedReturn) -> Evaluation {
    Evaluation {
        order_id: order.id,
        units: evaluated.units.clone(),
        refund: evaluated.share.paid(order.currency),
        tax: Money::new(evaluated.share.tax, order.currency),
        points_restored: evaluated.share.burn_points,
        points_reversed: evaluated.share.earn_points,
        window_ends: evaluated.window_ends,
    }
}

/// How many of each line.
pub(crate) fn counted(lines: &[ReturnLine]) -> Vec<(LineId, u32)> {
    lines
        .iter()
        .map(|line| (line.line_id.clone(), line.quantity.get()))
        .collect()
}

/// The shipments that units left with, each with its units.
pub(crate) fn shipments(order: &Order, units: &[ReturnedUnit]) -> Vec<(String, Vec<UnitId>)> {
    let mut shipments: Vec<(String, Vec<UnitId>)> = Vec::new();
    for unit in units {
        let row = order.units.iter().find(|row| row.id == unit.unit);
        let Some(shipment) = row.and_then(|row| row.shipment.clone()) else {
            continue;
        };
        match shipments.iter_mut().find(|(id, _)| *id == shipment) {
            Some((_, along)) => along.push(unit.unit.clone()),
            None => shipments.push((shipment, vec![unit.unit.clone()])),
        }
    }
    shipments
}

fn returned(order: &Order, unit: &Unit, condition: Condition) -> ReturnedUnit {
    ReturnedUnit {
        unit: unit.id.clone(),
        sku: unit.sku.clone(),
        disposition: match condition {
            Condition::Resaleable => Disposition::Restock,
            Condition::Opened => Disposition::Refurbish,
            Condition::Damaged => Disposition::Scrap,
        },
        refund: Money::new(unit.net_paid, order.currency),
        tax: Money::new(unit.tax, order.currency),
        points_restored: unit.burn_points,
        points_reversed: unit.earn_points,
    }
}

/// The earliest end of the units' windows, each counted from its shipment.
fn window_ends(order: &Order, rows: &[&Unit], window: Duration) -> Result<Timestamp, Refusal> {
    let shipped = |unit: &&Unit| {
        let shipment = order
            .shipments
            .iter()
            .find(|left| Some(&left.id) == unit.shipment.as_ref());
        shipment.and_then(|left| left.shipped_at)
    };
    let first = rows.iter().filter_map(shipped).min();
    let first = first.ok_or_else(|| Refusal::new("wrong_state", "the units have not left yet"))?;
    Ok(first.saturating_add(window).unwrap_or(Timestamp::MAX))
}
