//! The golden tables of the domain.

use super::*;
use crate::ledger::BasketLine;
use crossdock_model::{Currency, PointsRate, Program};
use proc_order_contract::{Charge, Funding, Redemption};

pub(super) fn line(id: &str, quantity: u32, unit_price: i64, tax: i64) -> BasketLine {
    BasketLine {
        id: id.parse().unwrap(),
        sku: id.parse().unwrap(),
        quantity,
        unit_price,
        tax,
    }
}

pub(super) fn promotion(
    id: &str,
    scope: PromotionScope,
    minor: i64,
    currency: Currency,
) -> AppliedPromotion {
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

pub(super) fn redemption(
    points: i64,
    minor: i64,
    treatment: Treatment,
    currency: Currency,
) -> Redemption {
    Redemption {
        program: Program("stars".into()),
        points,
        value: Money::new(minor, currency),
        treatment,
        funding: Funding::Retailer,
    }
}

pub(super) fn shipping(net: i64, tax: i64) -> Charge {
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

/// A column of every single unit.
pub(super) fn column(runs: &[UnitRun], of: fn(&UnitRun) -> i64) -> Vec<i64> {
    let each = |run: &UnitRun| std::iter::repeat_n(of(run), run.units.count() as usize);
    runs.iter().flat_map(each).collect()
}

#[test]
fn g1_paid_by_the_retailer_comes_to_the_cent() {
    let basket = g1(Treatment::PreTaxDiscount, [531, 166]);
    let sold = allocate(&basket).unwrap();
    assert_eq!(sold.taxable(), [6438, 2012]);
    assert_eq!(sold.totals().card, Money::new(9647, Currency::USD));
    assert_eq!(sold.totals().tax, Money::new(697, Currency::USD));
    assert_eq!(
        column(&sold.units(), |u| u.net_paid),
        [3485, 3484, 9647 - 500 - 3485 - 3484]
    );
    assert_eq!(column(&sold.units(), |u| u.tax), [266, 265, 166]);
    assert_eq!(
        column(&sold.units(), UnitRun::promotion_total),
        [400, 400, 250]
    );
    assert_eq!(column(&sold.units(), |u| u.burn_points), [381, 381, 238]);
    assert_eq!(column(&sold.units(), |u| u.earn_points), [32, 32, 20]);
}

#[test]
fn g1_paid_by_a_third_party_is_taxed_before_the_points() {
    let basket = g1(Treatment::PostTaxTender, [594, 186]);
    let sold = allocate(&basket).unwrap();
    assert_eq!(sold.taxable(), [7200, 2250]);
    assert_eq!(sold.totals().card, Money::new(9730, Currency::USD));
    assert_eq!(column(&sold.units(), |u| u.net_paid)[..2], [3516, 3516]);
    assert_eq!(column(&sold.units(), |u| u.tax)[..2], [297, 297]);
}

#[test]
fn g2_tells_the_rounding_rules_apart() {
    let basket = Basket {
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
    };
    let sold = allocate(&basket).unwrap();
    assert_eq!(sold.taxable(), [5437, 1280]);
    assert_eq!(sold.totals().card, Money::new(7853, Currency::USD));
    assert_eq!(
        column(&sold.units(), |u| u.net_paid),
        [1973, 1973, 1974, 697, 697]
    );
    assert_eq!(
        column(&sold.units(), |u| u.burn_money),
        [135, 135, 135, 47, 48]
    );
    assert_eq!(
        column(&sold.units(), |u| u.burn_points),
        [135, 135, 135, 47, 48]
    );
    assert_eq!(column(&sold.units(), |u| u.earn_points), [18, 18, 18, 7, 6]);
    assert_eq!(column(&sold.units(), |u| u.tax), [161, 161, 161, 57, 57]);
    assert_eq!(
        column(&sold.units(), |u| u.taxable),
        [1812, 1812, 1813, 640, 640]
    );
    let shipping = sold.totals().charges.minor + 44;
    assert_eq!(shipping, 539, "shipping with its tax");
}

/// Split column by column, the units of this line came to 1, −1 and 1: no such unit can be returned.
#[test]
fn a_heavily_reduced_line_has_no_unit_below_zero() {
    for treatment in [Treatment::PreTaxDiscount, Treatment::PostTaxTender] {
        let a: LineId = "A".parse().unwrap();
        let basket = Basket {
            currency: Currency::USD,
            lines: vec![line("A", 3, 100, 0)],
            promotions: vec![promotion(
                "OFF",
                PromotionScope::Line(a),
                151,
                Currency::USD,
            )],
            redemption: Some(redemption(148, 148, treatment, Currency::USD)),
            earn_points: 0,
            charges: vec![],
        };
        let sold = allocate(&basket).unwrap();
        assert_eq!(
            column(&sold.units(), UnitRun::promotion_total),
            [51, 50, 50]
        );
        assert_eq!(column(&sold.units(), |u| u.burn_money), [49, 50, 49]);
        assert_eq!(column(&sold.units(), |u| u.burn_points), [49, 50, 49]);
        assert_eq!(column(&sold.units(), |u| u.net_paid), [0, 0, 1]);
    }
}

/// 10 × 23.90 with tax, a quarter off: the line keeps its 179.25, which no unit alone can show.
#[test]
fn a_percentage_off_ten_units_is_exact_in_all() {
    let a: LineId = "A".parse().unwrap();
    let off = promotion("QUARTER", PromotionScope::Line(a), 5975, Currency::USD);
    let basket = Basket {
        currency: Currency::USD,
        lines: vec![line("A", 10, 2390, 0)],
        promotions: vec![off],
        redemption: None,
        earn_points: 0,
        charges: vec![],
    };
    let sold = allocate(&basket).unwrap();
    assert_eq!(sold.totals().card.minor, 17_925);
    let paid = column(&sold.units(), |u| u.net_paid);
    assert_eq!(
        (paid[..5].to_vec(), paid[5..].to_vec()),
        (vec![1792; 5], vec![1793; 5])
    );
}

#[test]
fn a_promotion_larger_than_the_basket_is_refused() {
    let mut basket = g1(Treatment::PreTaxDiscount, [0, 0]);
    basket.promotions[0].amount = Money::new(10_501, Currency::USD);
    assert_eq!(allocate(&basket).unwrap_err().code, "amount_mismatch");
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

/// 185 such lines were placed with a total that had wrapped.
#[test]
fn sums_that_do_not_fit_are_refused_as_such() {
    let one = 99_999_999_999_999_999;
    let lines = |count: usize, price: i64, tax: i64| {
        let mut basket = g1(Treatment::PreTaxDiscount, [0, 0]);
        basket.promotions.clear();
        basket.redemption = None;
        basket.lines = (0..count)
            .map(|at| line(&format!("L{at}"), 1, price, tax))
            .collect();
        basket
    };
    let refused = |basket: &Basket| allocate(basket).map(|_fits| ()).unwrap_err();
    assert!(allocate(&lines(92, one, 0)).is_ok());
    for basket in [
        lines(185, one, 0),
        lines(185, 0, one),
        lines(50, one, one),
        Basket {
            lines: vec![line("A", 10_000, one, 0)],
            ..lines(0, 0, 0)
        },
        Basket {
            charges: vec![shipping(i64::MAX, 1)],
            ..lines(1, 0, 0)
        },
    ] {
        let refusal = refused(&basket);
        assert_eq!(refusal.code, "amount_too_large", "{refusal}");
    }
    assert_eq!(refused(&lines(1, -1, 0)).code, "amount_mismatch");
}
