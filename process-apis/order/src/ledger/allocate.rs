//! The allocation rule over lines: promotions, burnt points, earned points.
//!
//! domain.md section 3. Item promotions belong to their line. Order promotions, burnt money, burnt
//! points and earned points are each split by largest remainder over the lines' net so far, ties by
//! position. How a line's columns fall on its units is the rule of `units`.

use super::basket::Basket;
use super::column::{Column, Reduction};
use super::units;
use crossdock_model::{LineId, Money, Refusal, by_weight, checked_total, too_large};
use proc_order_contract::{AppliedPromotion, Charge, PromotionScope, Totals, Treatment, UnitRun};

/// The version of the allocation rule, which a quote is bound to: another rule cannot place it.
pub(crate) const RULE: u8 = 1;

/// A basket whose columns are split over its lines, with sums that fit 64 bits.
#[derive(Debug)]
pub(crate) struct Allocation<'a> {
    columns: Vec<Column<'a>>,
    totals: Totals,
}

impl Allocation<'_> {
    /// Each line's taxable amount in minor units, in the sequence of the lines.
    pub(crate) fn taxable(&self) -> Vec<i64> {
        self.columns.iter().map(Column::taxable).collect()
    }

    /// What is paid for each line in minor units, tax included, in the sequence of the lines.
    pub(crate) fn paid(&self) -> Vec<i64> {
        self.columns.iter().map(Column::paid).collect()
    }

    /// The sums of all lines and charges.
    pub(crate) fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The frozen rows, one for units that are alike, by line and number.
    pub(crate) fn units(&self) -> Vec<UnitRun> {
        self.columns.iter().flat_map(units::rows).collect()
    }
}

/// Splits a basket over its lines. Refuses one whose reductions exceed its prices, or whose sums
/// do not fit 64 bits.
pub(crate) fn allocate(basket: &Basket) -> Result<Allocation<'_>, Refusal> {
    check_signs(basket)?;
    let mut columns = open(basket)?;
    for promotion in &basket.promotions {
        promote(&mut columns, promotion)?;
    }
    burn(&mut columns, basket)?;
    earn(&mut columns, basket.earn_points);
    let totals = totals(basket, &columns)?;
    Ok(Allocation { columns, totals })
}

/// Prices, charges, taxes and points are never negative: every part of a sum then fits where the sum does.
fn check_signs(basket: &Basket) -> Result<(), Refusal> {
    let lines = basket.lines.iter().flat_map(|l| [l.unit_price, l.tax]);
    let charges = basket.charges.iter().flat_map(|c| [c.net, c.tax]);
    let burnt = basket
        .redemption
        .iter()
        .flat_map(|r| [r.value.minor, r.points]);
    let mut all = lines
        .chain(charges)
        .chain(burnt)
        .chain([basket.earn_points]);
    match all.find(|amount| *amount < 0) {
        None => Ok(()),
        Some(amount) => {
            let detail = format!("an amount of the order is negative: {amount}");
            Err(Refusal::new("amount_mismatch", detail))
        }
    }
}

fn open(basket: &Basket) -> Result<Vec<Column<'_>>, Refusal> {
    let mut columns = Vec::with_capacity(basket.lines.len());
    for line in &basket.lines {
        let gross = line
            .unit_price
            .checked_mul(i64::from(line.quantity))
            .ok_or_else(|| too_large(&format!("the prices of line {}", line.id)))?;
        columns.push(Column::new(line, gross));
    }
    checked_total("the prices of all lines", nets(&columns))?;
    Ok(columns)
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
        column.promote(&promotion.id, amount);
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
    if money > checked_total("the prices of all lines", nets.iter().copied())? {
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

/// The sums of all columns and charges: those of every line and unit are parts of them.
fn totals(basket: &Basket, columns: &[Column<'_>]) -> Result<Totals, Refusal> {
    let money = |minor| Money::new(minor, basket.currency);
    let sum = |what: &str, of: fn(&Column<'_>) -> i64| checked_total(what, columns.iter().map(of));
    let on_charges = |of: fn(&Charge) -> i64| basket.charges.iter().map(of);
    let gross = sum("the prices of all lines", |column| column.gross)?;
    let net = sum("the prices of all lines", |column| column.net)?;
    let paid = sum("the prices of all lines", |column| column.burnt.after)?;
    let taxes = columns.iter().map(|column| column.line.tax);
    let tax = checked_total("the taxes", taxes.chain(on_charges(|charge| charge.tax)))?;
    let charges = checked_total("the charges", on_charges(|charge| charge.net))?;
    let card = checked_total("the prices, charges and taxes", [paid, charges, tax])?;
    Ok(Totals {
        gross: money(gross),
        promotions: money(gross - net),
        points: money(net - paid),
        charges: money(charges),
        tax: money(tax),
        card: money(card),
    })
}

#[cfg(test)]
#[path = "allocate_properties.rs"]
mod properties;
#[cfg(test)]
#[path = "allocate_tests.rs"]
mod tests;
