//! G2: figures that tell every rounding rule from its neighbours.

use super::{MEMBER, earned, nothing_but_one_payment, shares, sum_of};
use crossdock_testkit::{Card, Points, Shop, g2};
use std::collections::BTreeMap;

const ADA: &str = "cust-ada/member-ada";

#[tokio::test]
async fn g2_tells_the_rounding_rules_apart() {
    let shop = Shop::open().await;
    let quote = shop.web(Some(ADA)).quote(&g2()).await.expect(200);
    let promotions = [
        quote.text("/promotions/0/amount/amount"),
        quote.text("/promotions/1/amount/amount"),
    ];
    assert_eq!(promotions, ["11.03", "5.00"]);
    assert_eq!(quote.text("/totals/card/amount"), "78.53");
    let order = shop.sells(&g2(), "web-g2").await;
    let books = shop.books();
    assert_eq!(books.points("main", MEMBER), Points::of(1_000, 67));
    let earned = earned(&books);
    assert_eq!(sum_of(&earned, "A"), 54);
    assert_eq!(sum_of(&earned, "B"), 13);
    let each: BTreeMap<&str, i64> = earned.iter().map(|(unit, n)| (unit.as_str(), *n)).collect();
    let expected = [
        ("A#1", 18),
        ("A#2", 18),
        ("A#3", 18),
        ("B#1", 7),
        ("B#2", 6),
    ];
    assert_eq!(each, BTreeMap::from(expected));

    shop.ships(&order).await;
    assert_eq!(
        books.card(&order),
        Card {
            authorised: 7_853,
            captured: 7_853,
            ..nothing_but_one_payment()
        }
    );
    let declared = shares(&books, "tax", "transaction_lines", "number", "tax");
    let tax = ["A", "B", "charge:shipping"].map(|line| sum_of(&declared, line));
    assert_eq!(tax, [483, 114, 44]);
    let taxed = shares(&books, "tax", "transaction_lines", "number", "amount");
    assert_eq!(
        ["A", "B", "charge:shipping"].map(|line| sum_of(&taxed, line)),
        [7_350 - 1_103 - 810, 1_470 - 190, 495]
    );

    everything_comes_back(&shop, &order).await;
}

async fn everything_comes_back(shop: &Shop, order: &str) {
    let books = shop.books();
    let mut brought = Vec::new();
    for line in ["A", "B", "A", "B", "A"] {
        let taken = shop.takes_back(order, &[(line, 1)]).await;
        brought.push((
            taken.text("/units/0/units"),
            taken.text("/refund/amount"),
            taken.text("/pointsRestored"),
        ));
        shop.closes(&taken).await;
    }
    let expected = [
        ("A#1", "19.73", "135"),
        ("B#1", "6.97", "47"),
        ("A#2", "19.73", "135"),
        ("B#2", "6.97", "48"),
        ("A#3", "19.74", "135"),
    ];
    assert_eq!(
        brought,
        expected.map(|(unit, refund, points)| (unit.into(), refund.into(), points.into()))
    );
    assert_eq!(books.points("main", MEMBER), Points::of(1_500, 0));
    assert_eq!(books.card(order).refunded, 7_853 - 539, "shipping stays");
    assert_eq!(
        books.account("main", "tax-payable"),
        -44,
        "the tax of the shipping stays"
    );
    assert_eq!(books.tax(order), (641, 597));
    assert_eq!(books.account("main", "clearing"), 539);
}
