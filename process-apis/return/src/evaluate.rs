//! What a return comes to: a look-up in the order as sold, nothing recomputed. Pure code.

use crossdock_model::{LineId, Money, Quantity, Refusal, Timestamp, UnitRange};
use proc_order_contract::{Lifecycle, Order, Share, UnitRun};
use proc_return_contract::{Condition, Disposition, Evaluation, ReturnLine, ReturnedUnits};
use std::time::Duration;

/// The units that a return takes, with where each goes and until when it may come back.
#[derive(Debug, Clone)]
pub(crate) struct EvaluatedReturn {
    /// Which units, in the sequence of the lines asked for.
    pub(crate) units: Vec<ReturnedUnits>,
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
    let taken = order.returnable(&counted(lines))?;
    let mut rows = Vec::new();
    let mut units = Vec::new();
    for (line, taken) in lines.iter().zip(&taken) {
        for run in order.rows(taken) {
            units.extend(returned(order, &run, line.condition));
            rows.push(run);
        }
    }
    let window_ends = window_ends(order, &rows, window)?;
    if window_ends <= now {
        let detail = format!("the units could be returned until {window_ends}");
        return Err(Refusal::new("return_window_closed", detail));
    }
    Ok(EvaluatedReturn {
        units,
        share: Share::of(&rows),
        window_ends,
    })
}

/// What a dry run answers, as the contract words it.
pub(crate) fn evaluation(order: &Order, evaluated: &EvaluatedReturn) -> Evaluation {
    let units = evaluated.units.iter().map(|unit| unit.units.clone());
    let units: Vec<UnitRange> = units.collect();
    Evaluation {
        order_id: order.id,
        units: evaluated.units.clone(),
        refund: Money::new(order.refund_due(&units), order.currency),
        refund_waits: order.free_to_refund().err().map(|refusal| refusal.detail),
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
pub(crate) fn shipments(order: &Order, units: &[ReturnedUnits]) -> Vec<(String, Vec<UnitRange>)> {
    let units: Vec<UnitRange> = units.iter().map(|unit| unit.units.clone()).collect();
    let mut shipments: Vec<(String, Vec<UnitRange>)> = Vec::new();
    for run in order.rows(&units) {
        let Some(shipment) = run.shipment else {
            continue;
        };
        match shipments.iter_mut().find(|(id, _)| *id == shipment) {
            Some((_, along)) => along.push(run.units),
            None => shipments.push((shipment, vec![run.units])),
        }
    }
    shipments
}

fn returned(order: &Order, run: &UnitRun, condition: Condition) -> Option<ReturnedUnits> {
    Some(ReturnedUnits {
        units: run.units.clone(),
        quantity: Quantity::new(run.units.count())?,
        sku: run.sku.clone(),
        disposition: match condition {
            Condition::Resaleable => Disposition::Restock,
            Condition::Opened => Disposition::Refurbish,
            Condition::Damaged => Disposition::Scrap,
        },
        refund: Money::new(run.net_paid, order.currency),
        tax: Money::new(run.tax, order.currency),
        points_restored: run.burn_points,
        points_reversed: run.earn_points,
    })
}

/// The earliest end of the units' windows, each counted from its shipment.
fn window_ends(order: &Order, rows: &[UnitRun], window: Duration) -> Result<Timestamp, Refusal> {
    let shipped = |run: &UnitRun| {
        let shipment = order
            .shipments
            .iter()
            .find(|left| Some(&left.id) == run.shipment.as_ref());
        shipment.and_then(|left| left.shipped_at)
    };
    let first = rows.iter().filter_map(shipped).min();
    let first = first.ok_or_else(|| Refusal::new("wrong_state", "the units have not left yet"))?;
    Ok(first.saturating_add(window).unwrap_or(Timestamp::MAX))
}
