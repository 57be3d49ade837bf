//! What holds for the rows of every basket: 100,000 random lines of all sizes, most of them heavily reduced.

use super::tests::{column, line, promotion, redemption, shipping};
use super::*;
use crate::ledger::BasketLine;
use crossdock_model::Currency;
use proptest::prelude::*;

/// How many lines one basket has, so that the cases below come to 100,000 lines.
const LINES: usize = 10;
const CASES: u32 = 10_000;

/// Runs of equal rows that a line may have beside one for each of its promotions: the burnt money,
/// the burnt points, the tax and the earned points each cut it once more.
const RUNS: usize = 5;

/// A line, with the percentage that an item promotion takes off it.
fn a_line() -> impl Strategy<Value = (u32, i64, i64, i64)> {
    let quantity = prop_oneof![40 => 1u32..6, 1 => 6u32..50];
    let price = prop_oneof![0i64..4, 0i64..300, 0i64..100_000, 0i64..10_000_000_000_000];
    let off = prop_oneof![Just(0i64), 0i64..100, 90i64..=100];
    (quantity, price, 0i64..20_000, off)
}

prop_compose! {
    fn a_basket()(
        currency in prop::sample::select(vec!["JPY", "USD", "KWD", "CLF"]),
        lines in prop::collection::vec(a_line(), LINES),
        order_percent in prop::array::uniform2(prop_oneof![Just(0i64), 1i64..=100]),
        burn_percent in prop_oneof![Just(0i64), 0i64..100, 90i64..=100],
        points_of_one in 0i64..7,
        before_tax in any::<bool>(),
        earn_points in 0i64..100_000,
        charges in prop::collection::vec((0i64..5_000, 0i64..500), 0..3),
    ) -> Basket {
        let currency = Currency::from_code(currency).unwrap();
        let mut left = 0;
        let mut promotions = Vec::new();
        let lines: Vec<BasketLine> = lines
            .into_iter()
            .enumerate()
            .map(|(at, (quantity, price, tax, percent))| {
                let line = line(&format!("L{at}"), quantity, price, tax);
                let gross = price * i64::from(quantity);
                let off = gross * percent / 100;
                left += gross - off;
                promotions.push(promotion("ITEM", PromotionScope::Line(line.id.clone()), off, currency));
                line
            })
            .collect();
        for percent in order_percent {
            let off = left * percent / 100;
            left -= off;
            promotions.push(promotion("ORDER", PromotionScope::Order, off, currency));
        }
        let burnt = left * burn_percent / 100;
        let treatment = if before_tax { Treatment::PreTaxDiscount } else { Treatment::PostTaxTender };
        Basket {
            currency,
            promotions,
            redemption: Some(redemption(burnt * points_of_one, burnt, treatment, currency)),
            earn_points,
            charges: charges.into_iter().map(|(net, tax)| shipping(net, tax)).collect(),
            lines,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn rows_are_exact_even_few_and_never_negative(basket in a_basket()) {
        let sold = allocate(&basket).unwrap();
        let units = sold.units();
        check_columns(&basket, &units, sold.totals())?;
        let mut rest = units.as_slice();
        for ((line, taxable), paid) in basket.lines.iter().zip(sold.taxable()).zip(sold.paid()) {
            let others = rest.iter().position(|run| *run.units.line() != line.id);
            let (units, others) = rest.split_at(others.unwrap_or(rest.len()));
            rest = others;
            check_numbers(units, line.quantity)?;
            prop_assert_eq!(sum(units, |u| u.tax), line.tax);
            prop_assert_eq!(sum(units, |u| u.taxable), taxable);
            prop_assert_eq!(sum(units, |u| u.net_paid), paid);
            check_units(units)?;
        }
        prop_assert!(rest.is_empty());
    }
}

/// The columns of all rows come to what was decided for the whole basket.
fn check_columns(basket: &Basket, units: &[UnitRun], totals: &Totals) -> Result<(), TestCaseError> {
    let gross: i64 = basket
        .lines
        .iter()
        .map(|l| l.unit_price * i64::from(l.quantity))
        .sum();
    let off: i64 = basket.promotions.iter().map(|p| p.amount.minor).sum();
    let burnt = basket.redemption.as_ref().unwrap();
    let charged: i64 = basket.charges.iter().map(|c| c.net + c.tax).sum();
    let tax: i64 = basket.lines.iter().map(|l| l.tax).sum();
    prop_assert_eq!(sum(units, |u| u.gross), gross);
    prop_assert_eq!(sum(units, UnitRun::promotion_total), off);
    prop_assert_eq!(sum(units, |u| u.burn_money), burnt.value.minor);
    prop_assert_eq!(sum(units, |u| u.burn_points), burnt.points);
    prop_assert_eq!(sum(units, |u| u.earn_points), basket.earn_points);
    let card = gross - off - burnt.value.minor + tax + charged;
    prop_assert_eq!(totals.card.minor, card);
    prop_assert_eq!((totals.gross.minor, totals.promotions.minor), (gross, off));
    prop_assert_eq!(totals.points.minor, burnt.value.minor);
    let extra: i64 = basket.charges.iter().map(|c| c.tax).sum();
    prop_assert_eq!(totals.tax.minor, tax + extra);
    Ok(())
}

/// No share and no remainder of a unit is negative, equal units pay the same but for one, runs are few.
fn check_units(units: &[UnitRun]) -> Result<(), TestCaseError> {
    for unit in units {
        let mut left = unit.gross;
        for share in &unit.promotions {
            prop_assert!(share.amount >= 0);
            left -= share.amount;
            prop_assert!(left >= 0);
        }
        let (burnt, paid) = (left - unit.burn_money, unit.net_paid);
        prop_assert!(burnt >= 0 && unit.burn_money >= 0 && unit.burn_points >= 0);
        prop_assert!(unit.taxable == burnt || unit.taxable == left);
        prop_assert!(unit.tax >= 0 && unit.earn_points >= 0);
        prop_assert_eq!(paid, burnt + unit.tax);
    }
    let paid = || units.iter().map(|unit| unit.net_paid);
    prop_assert!(paid().max().unwrap() - paid().min().unwrap() <= 1);
    let runs = units.len();
    prop_assert!(runs <= units[0].promotions.len() + RUNS, "{} runs", runs);
    Ok(())
}

/// The runs of a line are its units 1 to n, each once.
fn check_numbers(units: &[UnitRun], quantity: u32) -> Result<(), TestCaseError> {
    let mut next = 1;
    for run in units {
        prop_assert_eq!(run.units.first(), next);
        next = run.units.last() + 1;
    }
    prop_assert_eq!(next, quantity + 1);
    Ok(())
}

fn sum(units: &[UnitRun], of: fn(&UnitRun) -> i64) -> i64 {
    column(units, of).iter().sum()
}
