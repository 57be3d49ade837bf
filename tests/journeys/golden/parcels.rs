//! G1 in two parcels: money, tax and books follow each of them.

use super::{MEMBER, matured, nothing_but_one_payment};
use crossdock::{Options, SeedData};
use crossdock_testkit::{Card, Points, Shop, g1};

#[tokio::test]
async fn g1_shipped_from_two_stores_is_captured_and_booked_in_parts() {
    let mut seed_data = SeedData::demo();
    for shelf in &mut seed_data.oms.stock {
        shelf.quantity = match (shelf.sku.as_str(), shelf.location.as_str()) {
            ("A-1", "store-austin" | "store-soho") => 1,
            ("A-1", _) => 0,
            (_, _) => shelf.quantity,
        };
    }
    let shop = Shop::built(&[], Options::in_memory().with_seed_data(seed_data)).await;
    let order = shop.sells(&g1(), "web-two-parcels").await;
    shop.ships(&order).await;
    let books = shop.books();
    let captures = books.table("payment", "main", "captures");
    assert_eq!(captures.len(), 2, "{captures:?}");
    let card = Card {
        authorised: 9_647,
        captured: 9_647,
        ..nothing_but_one_payment()
    };
    assert_eq!(books.card(&order), card);
    let jobs = shop.warehouse().jobs(&order).await;
    let shipping: Vec<i64> = jobs
        .iter()
        .flat_map(|job| books.entry("main", "INV", &format!("{order}-{job}")))
        .filter_map(|(account, _, credit)| (account == "shipping-revenue").then_some(credit))
        .collect();
    assert_eq!(shipping, [500], "the shipping goes with the first parcel");
    for (account, holds) in [
        ("clearing", 9_647),
        ("revenue", -9_366),
        ("tax-payable", -697),
        ("shipping-revenue", -500),
        ("points-liability", 1_000 - 84),
    ] {
        assert_eq!(books.account("main", account), holds, "{account}");
    }
    assert_eq!(books.tax(&order), (697, 0));
    shop.bank().settle().await;
    matured(&shop, 584).await;
    let taken = shop.takes_back(&order, &[("A", 2), ("B", 1)]).await;
    assert_eq!(shop.closes(&taken).await.text("/status"), "closed");
    assert_eq!(books.card(&order).refunded, 9_147);
    assert_eq!(books.tax(&order), (697, 697));
    assert_eq!(books.points("main", MEMBER), Points::of(1_500, 0));
}
