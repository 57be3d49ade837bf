//! The allocation rule: promotions, burnt points, earned points and tax over lines, then over units.
//!
//! domain.md section 3. Item promotions belong to their line. Order promotions, burnt money, burnt
//! points and earned points are each split by largest remainder over the lines' net so far, ties by
//! position. Within a line, unit `k` of `n` gets `round(T·k/n) − round(T·(k−1)/n)` of each column.
//! What a unit costs is its row's arithmetic and is never itself split.

use super::basket::{Allocated, Basket, BasketLine};
use crossdock_model::{LineId, Money, Refusal, UnitId, by_weight, share};
use proc_order_contract::{
    AppliedPromotion, PromotionScope, PromotionShare, Share, Totals, Treatment, Unit, UnitState,
};

/// One line's columns before they fall on its units.
struct Column<'a> {
    line: &'a BasketLine,
    gross: i64,
    promotions: Vec<(&'a str, i64)>,
    burn_money: i64,
    burn_points: i64,
    taxable: i64,
    earn_points: i64,
}

impl Column<'_> {
    /// What is left of the list price after the promotions so far.
    fn net(&self) -> i64 {
        self.gross
            - self
                .promotions
                .iter()
                .map(|(_, amount)| amount)
                .sum::<i64>()
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
        taxable: columns.iter().map(|column| column.taxable).collect(),
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
                gross,
                promotions: Vec::new(),
                burn_money: 0,
                burn_points: 0,
                taxable: gross,
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
        if amount < 0 || amount > column.net() {
            let detail = format!(
                "promotion {} takes {amount} off line {}, of which {} is left",
                promotion.id,
                column.line.id,
                column.net()
            );
            return Err(Refusal::new("amount_mismatch", detail));
        }
        column.promotions.push((&promotion.id, amount));
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
        column.burn_money = money;
        column.burn_points = points;
        column.taxable = column.net() - if before_tax { money } else { 0 };
    }
    Ok(())
}

fn earn(columns: &mut [Column<'_>], points: i64) {
    let weights: Vec<i64> = columns
        .iter()
        .map(|column| column.net() - column.burn_money)
        .collect();
    for (column, points) in columns.iter_mut().zip(by_weight(points, &weights)) {
        column.earn_points = points;
    }
}

fn nets(columns: &[Column<'_>]) -> Vec<i64> {
    columns.iter().map(Column::net).collect()
}

/// The units of one line.
fn rows<'a>(column: &'a Column<'_>) -> impl Iterator<Item = Unit> + 'a {
    let n = column.line.quantity;
    (1..=n).map(move |k| {
        let promotions: Vec<PromotionShare> = column
            .promotions
            .iter()
            .map(|(id, total)| PromotionShare {
                id: (*id).to_owned(),
                amount: share(*total, k, n),
            })
            .collect();
        let off: i64 = promotions.iter().map(|share| share.amount).sum();
        let burn_money = share(column.burn_money, k, n);
        let tax = share(column.line.tax, k, n);
        let gross = column.line.unit_price;
        Unit {
            id: UnitId {
                line: column.line.id.clone(),
                number: k,
            },
            sku: column.line.sku.clone(),
            gross,
            burn_money,
            burn_points: share(column.burn_points, k, n),
            taxable: share(column.taxable, k, n),
            tax,
            net_paid: gross - off - burn_money + tax,
            earn_points: share(column.earn_points, k, n),
            promotions,
            state: UnitState::Open,
            shipment: None,
            returned_by: None,
        }
    })
}

#[cfg(test)]
#[path = "allocate_tests.rs"]
mod tests;
