//! Holds that lapse while an order waits for its card: taken again before it is promised, or it is refused and undone.

use crossdock::{Options, SeedData};
use crossdock_books::{FaultKind, Times};
use crossdock_runtime::ManualClock;
use crossdock_testkit::{Points, Shop, g1};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const MEMBER: &str = "member-ada";

/// A shop with two A and one B.
async fn with_the_last_goods(clock: &Arc<ManualClock>) -> Shop {
    let mut seed_data = SeedData::demo();
    for shelf in &mut seed_data.oms.stock {
        shelf.quantity = match (shelf.sku.as_str(), shelf.location.as_str()) {
            ("A-1", "store-austin") => 2,
            ("B-1", "store-austin") => 1,
            ("A-1" | "B-1", _) => 0,
            (_, _) => shelf.quantity,
        };
    }
    let options = Options::in_memory()
        .with_seed_data(seed_data)
        .with_clock(Arc::clone(clock) as _);
    Shop::built(&[], options).await
}

/// Ada's order, which waits on the desk for its card until every hold of it has lapsed.
async fn waits_for_its_card(shop: &Shop, clock: &ManualClock) -> String {
    let faults = shop.book("payment", "main").faults();
    // A key that is not known there is for a person at once.
    let unknown_key = FaultKind::Refuse {
        status: 401,
        code: "invalid_api_key".into(),
    };
    faults.arm("POST /v1/payments", unknown_key, Times::UntilCleared);
    let web = shop.web(Some("cust-ada/member-ada"));
    let quote = web.quote(&g1()).await.expect(200);
    let received = web.order(&quote, "lapsed-1", "tok_visa").await;
    let order = received.expect(202).text("/id");
    clock.advance(Duration::from_mins(16));
    faults.clear();
    order
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()))
}

#[tokio::test]
async fn what_lapsed_and_is_still_there_is_held_again_before_the_order_is_promised() {
    let clock = clock();
    let shop = with_the_last_goods(&clock).await;
    let order = waits_for_its_card(&shop, &clock).await;
    shop.lets_go_on(&order).await;
    shop.event_about("order", "OrderPlaced", &order).await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!((books.promised("A-1"), books.promised("B-1")), (2, 1));
    assert_eq!(books.points("main", MEMBER), Points::of(500, 84));
    shop.ships(&order).await;
    assert_eq!(books.card(&order).captured, 9_647);
}

#[tokio::test]
async fn what_lapsed_and_was_sold_to_somebody_else_is_not_promised_a_second_time() {
    let clock = clock();
    let shop = with_the_last_goods(&clock).await;
    let order = waits_for_its_card(&shop, &clock).await;
    let bob = shop.web(Some("cust-bob/member-bob"));
    let mut basket = g1();
    basket["lines"] = json!([{"id": "A", "sku": "A-1", "quantity": 1}]);
    basket.as_object_mut().unwrap().remove("redeemPoints");
    let quote = bob.quote(&basket).await.expect(200);
    bob.order(&quote, "faster-1", "tok_visa").await.expect(201);
    shop.lets_go_on(&order).await;
    let rejected = shop.event_about("order", "OrderRejected", &order).await;
    let rejected: Value = serde_json::from_slice(&rejected.data).unwrap();
    assert_eq!(rejected["code"], "out_of_stock");
    shop.quiet().await;
    let books = shop.books();
    assert_eq!((books.promised("A-1"), books.promised("B-1")), (1, 0));
    assert_eq!(books.points("main", MEMBER), Points::of(1_500, 0));
    let card = books.card(&order);
    assert_eq!((card.captured, card.cancelled), (0, card.authorised));
}
