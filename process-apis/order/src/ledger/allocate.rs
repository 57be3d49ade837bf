//! The allocation rule: promotions, burnt points, earned points and tax over lines, then over units.
//!
//! domain.md section 3. Item promotions belong to their line. Order promotions, burnt money, burnt
//! points and earned points are each split by largest remainder over the lines' net so far, ties by
//! position. Within a line, what is left after each reduction lies evenly on the units, one minor
//! unit more for the last; a unit's share of the reduction is before minus after, so that neither a
//! share nor a remainder is ever negative. Tax and earned points lie evenly, one more for the
//! first; burnt points go by largest remainder over the units' burnt money. What a unit costs is
//! its row's arithmetic and is never itself split.

use super::basket::{Allocated, Basket, BasketLine};
use crossdock_model::{LineId, Money, OneMore, Refusal, UnitId, by_weight, even_part};
use proc_order_contract::{
    AppliedPromotion, PromotionScope, PromotionShare, Share, Totals, Treatment, Unit, UnitState,
};

/// One line's columns before they fall on its units.
struct Column<'a> {
    line: &'a BasketLine,
    /// What is left of the list price after the promotions so far, minor units.
    net: i64,
    promotions: Vec<(&'a str, Reduction)>,
    burnt: Reduction,
    burn_points: i64,
    before_tax: bool,
    earn_points: i64,
}

impl Column<'_> {
    /// The amount that the line's tax is computed on: points that are a discount reduce it.
    fn taxable(&self) -> i64 {
        if self.before_tax {
            self.burnt.after
        } else {
            self.burnt.before
        }
    }
}

/// What a line comes to before and after something is taken off it, minor units.
#[derive(Clone, Copy)]
struct Reduction {
    before: i64,
    after: i64,
}

impl Reduction {
    fn new(before: i64, off: i64) -> Self {
        Self {
            before,
            after: before - off,
        }
    }

    /// The part of unit `k` of `n` in what is taken off.
    fn of_unit(self, k: u32, n: u32) -> i64 {
        let part = |total| even_part(total, k, n, OneMore::Last);
        part(self.before) - part(self.after)
    }
}

/// Freezes a basket into rows. Refuses a basket whose reductions exceed its prices.
pub(crate) fn allocate(basket: &Basket) -> Result<Allocated, Refusal> {
    let mut columns = open(basket)?;
    for promotion in &basket.promotions {
        promote(&mut columns, promotion)?;
    }
    burn(&mut columns, basket)?;
    earn(&mut columns, basket.earn_points);
    let units: Vec<Unit> = columns.iter().flat_map(rows).collect();
    let sum = Share::of(&units).with(&basket.charges);
    let money = |minor| Money::new(minor, basket.currency);
    Ok(Allocated {
        taxable: columns.iter().map(Column::taxable).collect(),
        totals: Totals {
            gross: money(sum.gross),
            promotions: money(sum.promotions),
            points: money(sum.burn_money),
            charges: money(sum.charges),
            tax: money(sum.tax),
            card: money(sum.net_paid),
        },
        units,
    })
}

fn open(basket: &Basket) -> Result<Vec<Column<'_>>, Refusal> {
    let gross = |line: &BasketLine| line.unit_price.checked_mul(i64::from(line.quantity));
    basket
        .lines
        .iter()
        .map(|line| {
            let gross = gross(line).ok_or_else(|| {
                Refusal::new(
                    "amount_mismatch",
                    format!("line {} is too large to add up", line.id),
                )
            })?;
            Ok(Column {
                line,
                net: gross,
                promotions: Vec::new(),
                burnt: Reduction::new(gross, 0),
                burn_points: 0,
                before_tax: true,
                earn_points: 0,
            })
        })
        .collect()
}

fn promote<'a>(columns: &mut [Column<'a>], promotion: &'a AppliedPromotion) -> Result<(), Refusal> {
    let amount = promotion.amount.minor;
    let shares = match &promotion.scope {
        PromotionScope::Order => by_weight(amount, &nets(columns)),
        PromotionScope::Line(id) => on_line(columns, id, amount)?,
    };
    for (column, amount) in columns
        .iter_mut()
        .zip(shares)
        .filter(|(_, amount)| *amount != 0)
    {
        if amount < 0 || amount > column.net {
            let detail = format!(
                "promotion {} takes {amount} off line {}, of which {} is left",
                promotion.id, column.line.id, column.net
            );
            return Err(Refusal::new("amount_mismatch", detail));
        }
        let reduction = Reduction::new(column.net, amount);
        column.promotions.push((&promotion.id, reduction));
        column.net = reduction.after;
    }
    Ok(())
}

fn on_line(columns: &[Column<'_>], id: &LineId, amount: i64) -> Result<Vec<i64>, Refusal> {
    if !columns.iter().any(|column| &column.line.id == id) {
        return Err(Refusal::new(
            "amount_mismatch",
            format!("a promotion names no line {id}"),
        ));
    }
    Ok(columns
        .iter()
        .map(|column| if &column.line.id == id { amount } else { 0 })
        .collect())
}

fn burn(columns: &mut [Column<'_>], basket: &Basket) -> Result<(), Refusal> {
    let nets = nets(columns);
    let (money, points, before_tax) = match &basket.redemption {
        Some(redemption) => (
            redemption.value.minor,
            redemption.points,
            redemption.treatment == Treatment::PreTaxDiscount,
        ),
        None => (0, 0, true),
    };
    if money > nets.iter().sum() {
        let detail = format!("points worth {money} burn more than the basket costs");
        return Err(Refusal::new("amount_mismatch", detail));
    }
    let shares = by_weight(money, &nets)
        .into_iter()
        .zip(by_weight(points, &nets));
    for (column, (money, points)) in columns.iter_mut().zip(shares) {
        column.burnt = Reduction::new(column.net, money);
        column.burn_points = points;
        column.before_tax = before_tax;
    }
    Ok(())
}

fn earn(columns: &mut [Column<'_>], points: i64) {
    let weights: Vec<i64> = columns.iter().map(|column| column.burnt.after).collect();
    for (column, points) in columns.iter_mut().zip(by_weight(points, &weights)) {
        column.earn_points = points;
    }
}

fn nets(columns: &[Column<'_>]) -> Vec<i64> {
    columns.iter().map(|column| column.net).collect()
}

/// The units of one line.
fn rows<'a>(column: &'a Column<'_>) -> impl Iterator<Item = Unit> + 'a {
    let n = column.line.quantity;
    let burnt: Vec<i64> = (1..=n).map(|k| column.burnt.of_unit(k, n)).collect();
    let points = by_weight(column.burn_points, &burnt);
    (1..=n)
        .zip(burnt.into_iter().zip(points))
        .map(move |(k, burnt)| row(column, k, burnt))
}

/// Unit `k` of a line, with the money and the points burnt over it.
fn row(column: &Column<'_>, k: u32, (burn_money, burn_points): (i64, i64)) -> Unit {
    let line = column.line;
    let n = line.quantity;
    let first = |total| even_part(total, k, n, OneMore::First);
    let promotions: Vec<PromotionShare> = column
        .promotions
        .iter()
        .map(|(id, off)| PromotionShare {
            id: (*id).to_owned(),
            amount: off.of_unit(k, n),
        })
        .collect();
    let last = |total| even_part(total, k, n, OneMore::Last);
    let tax = first(line.tax);
    Unit {
        id: UnitId {
            line: line.id.clone(),
            number: k,
        },
        sku: line.sku.clone(),
        gross: line.unit_price,
        burn_money,
        burn_points,
        taxable: last(column.taxable()),
        tax,
        net_paid: last(column.burnt.after) + tax,
        earn_points: first(column.earn_points),
        promotions,
        state: UnitState::Open,
        shipment: None,
        returned_by: None,
    }
}

#[cfg(test)]
#[path = "allocate_properties.rs"]
mod properties;
#[cfg(test)]
#[path = "allocate_tests.rs"]
mod tests;
