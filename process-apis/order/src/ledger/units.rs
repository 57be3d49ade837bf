//! The allocation rule within a line: how its columns fall on its units.
//!
//! What is left of the line after each reduction lies evenly on the units, one minor unit more for
//! the last; a unit's share of the reduction is before minus after, so that neither a share nor a
//! remainder is ever negative. Tax and earned points lie evenly, one more for the first; burnt
//! points go by largest remainder over the units' burnt money. What a unit costs is its row's
//! arithmetic and is never itself split.

use super::column::Column;
use crossdock_model::{OneMore, UnitId, by_weight, even_part};
use proc_order_contract::{PromotionShare, UnitRun, UnitState, joined};

/// The units of one line, those that are alike in one row.
pub(super) fn rows(column: &Column<'_>) -> Vec<UnitRun> {
    let n = column.line.quantity;
    let burnt: Vec<i64> = (1..=n).map(|k| column.burnt.of_unit(k, n)).collect();
    let points = by_weight(column.burn_points, &burnt);
    let burnt = burnt.into_iter().zip(points);
    joined((1..=n).zip(burnt).map(|(k, burnt)| row(column, k, burnt)))
}

/// Unit `k` of a line, with the money and the points burnt over it.
fn row(column: &Column<'_>, k: u32, (burn_money, burn_points): (i64, i64)) -> UnitRun {
    let line = column.line;
    let n = line.quantity;
    let first = |total| even_part(total, k, n, OneMore::First);
    let last = |total| even_part(total, k, n, OneMore::Last);
    let promotions = column.promotions.iter().map(|(id, off)| PromotionShare {
        id: (*id).to_owned(),
        amount: off.of_unit(k, n),
    });
    let tax = first(line.tax);
    let unit = UnitId {
        line: line.id.clone(),
        number: k,
    };
    UnitRun {
        units: unit.into(),
        sku: line.sku.clone(),
        gross: line.unit_price,
        promotions: promotions.collect(),
        burn_money,
        burn_points,
        taxable: last(column.taxable()),
        tax,
        net_paid: last(column.burnt.after) + tax,
        earn_points: first(column.earn_points),
        state: UnitState::Open,
        shipment: None,
        returned_by: None,
    }
}
