//! G1 with two systems of a kind: each brand its own points, finance and stock apart.

use super::MEMBER;
use crossdock::{Options, SeedData};
use crossdock_testkit::{Points, Shop, g1};
use serde_json::json;

#[tokio::test]
async fn each_brand_settles_with_its_own_loyalty_engine_and_keeps_it() {
    let file = r#"
        [loyalty.connectors.partner]
        kind = "embedded"
        api-key = "embedded-partner"
        [[loyalty.routing]]
        connector = "partner"
        brand = "sky"
        [[loyalty.routing]]
        connector = "main"
    "#;
    let mut seed_data = SeedData::demo();
    let mut partner = seed_data.loyalty.clone();
    partner.sponsor = Some("Skyline Air".into());
    seed_data.loyalty_of.insert("partner".into(), partner);
    let shop = Shop::configured(file, &[], Options::in_memory().with_seed_data(seed_data)).await;
    let mut of_sky = g1();
    of_sky["brand"] = json!("sky");

    let sky = shop.sells(&of_sky, "web-sky").await;
    let own = shop.sells(&g1(), "web-own").await;
    let books = shop.books();
    assert_eq!(books.points("main", MEMBER), Points::of(500, 84));
    assert_eq!(books.points("partner", MEMBER), Points::of(500, 84));
    assert_eq!(
        (books.card(&sky).authorised, books.card(&own).authorised),
        (9_730, 9_647)
    );
    for order in [&sky, &own] {
        shop.ships(order).await;
        let taken = shop.takes_back(order, &[("A", 1)]).await;
        shop.closes(&taken).await;
    }
    shop.until("all points to mature", |books| {
        books.points("main", MEMBER).pending + books.points("partner", MEMBER).pending == 0
    })
    .await;
    assert_eq!(books.points("main", MEMBER), Points::of(933, 0));
    assert_eq!(books.points("partner", MEMBER), Points::of(933, 0));
    assert_eq!(books.account("main", "sponsor-receivable"), 1_000 - 381);
}

#[tokio::test]
async fn finance_and_stock_may_live_in_different_erps() {
    let file = r#"
        [erp.connectors.goods]
        kind = "embedded"
        api-key = "embedded-goods"
        [[erp.routing]]
        connector = "goods"
        capability = "stock"
        [[erp.routing]]
        connector = "main"
    "#;
    let shop = Shop::configured(file, &[], Options::in_memory()).await;
    let order = shop.sells(&g1(), "web-two-erps").await;
    shop.ships(&order).await;
    let taken = shop.takes_back(&order, &[("A", 1)]).await;
    assert_eq!(shop.closes(&taken).await.text("/status"), "closed");
    let books = shop.books();
    assert_eq!(books.on_hand("erp", "goods", "A-1", "store-austin"), 498);
    assert_eq!(books.on_hand("erp", "goods", "A-1", "store-soho"), 501);
    assert_eq!(
        books.on_hand("erp", "main", "A-1", "store-austin"),
        500,
        "finance holds no goods"
    );
    assert_eq!(books.account("main", "revenue"), -(9_366 - 3_568));
    assert_eq!(books.account("goods", "revenue"), 0);
    assert_eq!(books.account("goods", "inventory"), -5_500 + 2_200);
    assert_eq!(books.account("main", "inventory"), 0);
}
