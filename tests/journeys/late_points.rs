//! Points whose accrual or return comes out of order: nothing stays pending, nothing is given up in silence.

use crossdock::Options;
use crossdock_books::{FaultKind, Times};
use crossdock_runtime::ManualClock;
use crossdock_testkit::{Points, Shop, back, g1};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

const MEMBER: &str = "member-ada";

/// Ada's G1 of a shop whose loyalty engine books no accrual, shipped and paid for.
async fn shipped_without_points(clock: &Arc<ManualClock>) -> (Shop, String) {
    let options = Options::in_memory().with_clock(Arc::clone(clock) as _);
    let shop = Shop::built(&[], options).await;
    let faults = shop.book("loyalty", "main").faults();
    faults.arm("POST /v1/earnings", FaultKind::Down, Times::UntilCleared);
    let web = shop.web(Some("cust-ada/member-ada"));
    let quote = web.quote(&g1()).await.expect(200);
    let placed = web.order(&quote, "late-1", "tok_visa").await.expect(201);
    let order = placed.text("/id");
    shop.until("the OMS to have it", |books| {
        books.about("oms", "customer_order", &order).len() == 1
    })
    .await;
    for job in shop.packs(&order).await {
        shop.warehouse().ship(&job).await;
    }
    shop.until("the sale to be booked", |books| {
        !books.documents("main", "INV", &order).is_empty()
    })
    .await;
    (shop, order)
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()))
}

#[tokio::test]
async fn points_mature_although_their_money_had_settled_before_they_were_booked() {
    let clock = clock();
    let (shop, _order) = shipped_without_points(&clock).await;
    shop.bank().settle().await;
    shop.until("the maturity to have been tried", |books| {
        let asked = books.table("loyalty", "main", "request_log");
        asked
            .iter()
            .any(|row| row["path"] == "/v1/earning-maturities")
    })
    .await;
    assert_eq!(shop.books().points("main", MEMBER), Points::of(500, 0));
    shop.book("loyalty", "main").faults().clear();
    shop.until("the points to be booked and to mature", |books| {
        clock.advance(Duration::from_secs(10));
        books.points("main", MEMBER) == Points::of(584, 0)
    })
    .await;
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_return_before_its_points_are_booked_waits_for_them() {
    let clock = clock();
    let (shop, order) = shipped_without_points(&clock).await;
    let till = shop.till("store-soho/kim");
    let taken = till
        .post("/pos/v1/returns", &back(&order, &[("A", 1)]))
        .await;
    let id = taken.expect(201).text("/id");
    shop.until("the refund", |books| {
        !books.about("payment", "refunds", &id).is_empty()
    })
    .await;
    shop.book("loyalty", "main").faults().clear();
    shop.until("what was earned to be booked and taken back", |books| {
        clock.advance(Duration::from_secs(10));
        books.points("main", MEMBER) == Points::of(881, 52)
    })
    .await;
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
}
