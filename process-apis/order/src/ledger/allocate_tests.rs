//! The golden tables of the domain, and what holds for every basket.

use super::*;
use crossdock_model::{Currency, PointsRate, Program};
use proc_order_contract::{Charge, Funding, Redemption};
use proptest::prelude::*;

fn line(id: &str, quantity: u32, unit_price: i64, tax: i64) -> BasketLine {
    BasketLine {
        id: id.parse().unwrap(),
        sku: id.parse().unwrap(),
        quantity,
        unit_price,
        tax,
    }
}

fn promotion(id: &str, scope: PromotionScope, minor: i64, currency: Currency) -> AppliedPromotion {
    AppliedPromotion {
        id: id.into(),
        version: "1".into(),
        name: id.into(),
        stack_order: 1,
        funding: Funding::Retailer,
        scope,
        amount: Money::new(minor, currency),
    }
}

fn redemption(points: i64, minor: i64, treatment: Treatment, currency: Currency) -> Redemption {
    Redemption {
        program: Program("stars".into()),
        points,
        value: Money::new(minor, currency),
        treatment,
        funding: Funding::Retailer,
    }
}

fn shipping(net: i64, tax: i64) -> Charge {
    Charge {
        kind: "shipping".into(),
        net,
        tax,
        shipment: None,
    }
}

/// G1: A 2×$40, B 1×$25, 10 % order promotion, 1,000 points = $10, tax 8.25 %, shipping $5 untaxed.
fn g1(treatment: Treatment, tax: [i64; 2]) -> Basket {
    Basket {
        currency: Currency::USD,
        lines: vec![line("A", 2, 4000, tax[0]), line("B", 1, 2500, tax[1])],
        promotions: vec![promotion(
            "TENOFF",
            PromotionScope::Order,
            1050,
            Currency::USD,
        )],
        redemption: Some(redemption(1000, 1000, treatment, Currency::USD)),
        earn_points: 84,
        charges: vec![shipping(500, 0)],
    }
}

fn column(units: &[Unit], of: fn(&Unit) -> i64) -> Vec<i64> {
    units.iter().map(of).collect()
}

#[test]
fn g1_paid_by_the_retailer_comes_to_the_cent() {
    let sold = allocate(&g1(Treatment::PreTaxDiscount, [531, 166])).unwrap();
    assert_eq!(sold.taxable, [6438, 2012]);
    assert_eq!(sold.totals.card, Money::new(9647, Currency::USD));
    assert_eq!(sold.totals.tax, Money::new(697, Currency::USD));
    assert_eq!(
        column(&sold.units, |u| u.net_paid),
        [3485, 3484, 9647 - 500 - 3485 - 3484]
    );
    assert_eq!(column(&sold.units, |u| u.tax), [266, 265, 166]);
    assert_eq!(column(&sold.units, Unit::promotion_total), [400, 400, 250]);
    assert_eq!(column(&sold.units, |u| u.burn_points), [381, 381, 238]);
    assert_eq!(column(&sold.units, |u| u.earn_points), [32, 32, 20]);
}

#[test]
fn g1_paid_by_a_third_party_is_taxed_before_the_points() {
    let sold = allocate(&g1(Treatment::PostTaxTender, [594, 186])).unwrap();
    assert_eq!(sold.taxable, [7200, 2250]);
    assert_eq!(sold.totals.card, Money::new(9730, Currency::USD));
    assert_eq!(column(&sold.units, |u| u.net_paid)[..2], [3516, 3516]);
    assert_eq!(column(&sold.units, |u| u.tax)[..2], [297, 297]);
}

#[test]
fn g2_tells_the_rounding_rules_apart() {
    let sold = allocate(&Basket {
        currency: Currency::USD,
        lines: vec![line("A", 3, 2450, 483), line("B", 2, 735, 114)],
        promotions: vec![
            promotion(
                "A15",
                PromotionScope::Line("A".parse().unwrap()),
                1103,
                Currency::USD,
            ),
            promotion("FIVEOFF", PromotionScope::Order, 500, Currency::USD),
        ],
        redemption: Some(redemption(
            500,
            500,
            Treatment::PreTaxDiscount,
            Currency::USD,
        )),
        earn_points: 67,
        charges: vec![shipping(495, 44)],
    })
    .unwrap();
    assert_eq!(sold.taxable, [5437, 1280]);
    assert_eq!(sold.totals.card, Money::new(7853, Currency::USD));
    assert_eq!(
        column(&sold.units, |u| u.net_paid),
        [1973, 1974, 1973, 696, 698]
    );
    assert_eq!(
        column(&sold.units, |u| u.burn_points),
        [135, 135, 135, 48, 47]
    );
    let earned = column(&sold.units, |u| u.earn_points);
    assert_eq!(
        (
            earned[..3].iter().sum::<i64>(),
            earned[3..].iter().sum::<i64>()
        ),
        (54, 13)
    );
}

#[test]
fn a_promotion_larger_than_the_basket_is_refused() {
    let mut basket = g1(Treatment::PreTaxDiscount, [0, 0]);
    basket.promotions[0].amount = Money::new(10_501, Currency::USD);
    assert_eq!(allocate(&basket).unwrap_err().code, "amount_mismatch");
}

prop_compose! {
    fn a_basket()(
        currency in prop::sample::select(vec![Currency::USD, Currency::JPY, Currency::KWD]),
        lines in prop::collection::vec((1u32..12, 0i64..200_000, 0i64..20_000), 1..8),
        order_percent in 0i64..=100,
        item_percent in 0i64..=100,
        burn_percent in 0i64..=100,
        before_tax in any::<bool>(),
        earn_points in 0i64..100_000,
        charges in prop::collection::vec((0i64..5_000, 0i64..500), 0..3),
    ) -> Basket {
        let lines: Vec<BasketLine> = lines
            .into_iter()
            .enumerate()
            .map(|(at, (quantity, price, tax))| line(&format!("L{at}"), quantity, price, tax))
            .collect();
        let gross = |line: &BasketLine| line.unit_price * i64::from(line.quantity);
        let item = gross(&lines[0]) * item_percent / 100;
        let net = lines.iter().map(gross).sum::<i64>() - item;
        let order = net * order_percent / 100;
        let burnt = (net - order) * burn_percent / 100;
        let treatment = if before_tax { Treatment::PreTaxDiscount } else { Treatment::PostTaxTender };
        Basket {
            currency,
            promotions: vec![
                promotion("ITEM", PromotionScope::Line(lines[0].id.clone()), item, currency),
                promotion("ORDER", PromotionScope::Order, order, currency),
            ],
            redemption: Some(redemption(burnt * 3, burnt, treatment, currency)),
            earn_points,
            charges: charges.into_iter().map(|(net, tax)| shipping(net, tax)).collect(),
            lines,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_column_sums_exactly(basket in a_basket()) {
        let sold = allocate(&basket).unwrap();
        let sum = |of: fn(&Unit) -> i64| column(&sold.units, of).iter().sum::<i64>();
        let gross: i64 = basket.lines.iter().map(|l| l.unit_price * i64::from(l.quantity)).sum();
        let off: i64 = basket.promotions.iter().map(|p| p.amount.minor).sum();
        let burnt = basket.redemption.as_ref().unwrap();
        let charged: i64 = basket.charges.iter().map(|c| c.net + c.tax).sum();
        let tax: i64 = basket.lines.iter().map(|l| l.tax).sum();
        prop_assert_eq!(sum(|u| u.gross), gross);
        prop_assert_eq!(sum(Unit::promotion_total), off);
        prop_assert_eq!(sum(|u| u.burn_money), burnt.value.minor);
        prop_assert_eq!(sum(|u| u.burn_points), burnt.points);
        prop_assert_eq!(sum(|u| u.earn_points), basket.earn_points);
        prop_assert_eq!(sum(|u| u.tax), tax);
        prop_assert_eq!(sum(|u| u.taxable), sold.taxable.iter().sum::<i64>());
        prop_assert_eq!(sold.totals.card.minor, gross - off - burnt.value.minor + tax + charged);
    }

    #[test]
    fn no_line_gives_more_than_it_costs(basket in a_basket()) {
        let sold = allocate(&basket).unwrap();
        for line in &basket.lines {
            let units = sold.units.iter().filter(|unit| unit.id.line == line.id);
            let share = Share::of(units);
            prop_assert!(share.net_paid >= 0, "line {} is paid {}", line.id, share.net_paid);
        }
    }
}

#[test]
fn points_are_worth_their_frozen_rate() {
    let rate = PointsRate {
        numerator: 1,
        denominator: 1,
    };
    assert_eq!(
        rate.value(1000, Currency::USD).unwrap(),
        Money::new(1000, Currency::USD)
    );
}
