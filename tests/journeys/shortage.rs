//! Parcels that a location refuses or cannot fill: what nobody has is waited for, then given up, and nothing is silent.

use crossdock::{Options, SeedData};
use crossdock_model::Clock as _;
use crossdock_runtime::ManualClock;
use crossdock_store::InstanceQuery;
use crossdock_testkit::{Books, Card, Points, Shop, g1};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const MEMBER: &str = "member-ada";

/// A shop with so many A and B in Austin, so many of both in Soho, and nothing of them anywhere else.
async fn stocked(clock: &Arc<ManualClock>, austin: (u32, u32), soho: (u32, u32)) -> Shop {
    let mut seed_data = SeedData::demo();
    for shelf in &mut seed_data.oms.stock {
        let of = |(a, b): (u32, u32)| if shelf.sku == "A-1" { a } else { b };
        shelf.quantity = match (shelf.sku.as_str(), shelf.location.as_str()) {
            ("A-1" | "B-1", "store-austin") => of(austin),
            ("A-1" | "B-1", "store-soho") => of(soho),
            ("A-1" | "B-1", _) => 0,
            (_, _) => shelf.quantity,
        };
    }
    let options = Options::in_memory()
        .with_seed_data(seed_data)
        .with_clock(Arc::clone(clock) as _);
    Shop::built(&[], options).await
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()))
}

/// What the readers of the order were told, in the order that they were told.
async fn told(shop: &Shop, order: &str) -> Vec<String> {
    let wanted = [
        "OrderBackordered",
        "OrderLineCancelled",
        "OrderCancelled",
        "OrderShipped",
    ];
    let events = shop.events("order").await;
    let about = events.iter().filter(|event| {
        wanted.contains(&&*event.kind) && String::from_utf8_lossy(&event.data).contains(order)
    });
    about.map(|event| event.kind.to_string()).collect()
}

/// Until the shop has waited for the goods as long as it waits.
async fn the_wait_is_over(shop: &Shop, clock: &ManualClock, order: &str) {
    shop.event_about("order", "OrderBackordered", order).await;
    let engine = shop.gateway().engine().unwrap();
    let over = async {
        loop {
            clock.advance(Duration::from_mins(10));
            let found = engine.find(&InstanceQuery::default()).await.unwrap();
            let waits = found
                .iter()
                .filter(|one| one.workflow == "resolve-shortage");
            if waits.into_iter().all(|one| one.due.is_none()) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let over = tokio::time::timeout(Duration::from_secs(30), over).await;
    over.expect("the wait is over");
    assert!(clock.now() >= "2026-03-05T10:00:00Z".parse().unwrap());
}

/// The codes of what waits for a person.
async fn waiting(shop: &Shop) -> Vec<String> {
    let opened = shop.exceptions().await;
    let codes = opened.iter().map(|opened| opened["code"].as_str());
    codes.flatten().map(str::to_owned).collect()
}

fn let_go(books: &Books<'_>) -> bool {
    let parcels = books.table("oms", "main", "fulfilment_order");
    parcels
        .iter()
        .any(|parcel| parcel["state"] == "PACKED" && parcel["authorised"] == 1)
}

#[tokio::test]
async fn g1_is_sold_without_the_b_that_nobody_finds() {
    let clock = clock();
    let shop = stocked(&clock, (10, 1), (0, 0)).await;
    let order = shop.sells(&g1(), "short-1").await;
    let job = shop.warehouse().jobs(&order).await.remove(0);
    shop.warehouse().picks(&job, &[("B", 0)]).await;
    shop.warehouse().packs(&job).await;
    shop.until("A to be let go", let_go).await;
    shop.warehouse().ship(&job).await;
    shop.event_about("order", "OrderShipped", &order).await;
    let books = shop.books();
    assert_eq!(books.card(&order), Card::of_g1(7_469, 0));
    the_wait_is_over(&shop, &clock, &order).await;
    shop.until("B to be given up", |books| {
        !books.documents("main", "SA", &order).is_empty()
    })
    .await;
    let cancelled = shop
        .event_about("order", "OrderLineCancelled", &order)
        .await;
    let cancelled: Value = serde_json::from_slice(&cancelled.data).unwrap();
    assert_eq!(cancelled["decidedBy"], "system");
    assert_eq!(cancelled["units"], json!(["B#1"]));
    shop.quiet().await;
    assert_eq!(books.card(&order), Card::of_g1(7_469, 2_178));
    assert_eq!(books.points("main", MEMBER), Points::of(738, 64));
    assert_eq!(books.tax(&order), (531, 0));
    assert_eq!(books.promised("B-1"), 0);
    assert_eq!(books.documents("main", "SA", &order).len(), 1);
    shop.event_about("order", "OrderCompleted", &order).await;
    let told = told(&shop, &order).await;
    assert_eq!(
        told,
        ["OrderBackordered", "OrderShipped", "OrderLineCancelled"]
    );
    // The book said that there was one: somebody has to look.
    assert_eq!(waiting(&shop).await, ["stock_drift"]);
}

#[tokio::test]
async fn a_parcel_that_every_store_refuses_ends_as_a_cancelled_order() {
    let clock = clock();
    let shop = stocked(&clock, (10, 10), (10, 10)).await;
    let order = shop.sells(&g1(), "short-2").await;
    for _store in 0..2 {
        let job = shop.warehouse().jobs(&order).await.pop().unwrap();
        shop.warehouse().refuses(&job).await;
    }
    the_wait_is_over(&shop, &clock, &order).await;
    shop.event_about("order", "OrderCancelled", &order).await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.card(&order), Card::of_g1(0, 9_647));
    assert_eq!(books.points("main", MEMBER), Points::of(1_500, 0));
    assert_eq!(books.promised("A-1") + books.promised("B-1"), 0);
    let sales_orders = books.documents("main", "SO", &order);
    assert!(sales_orders[0]["cancelled_at"].is_i64(), "{sales_orders:?}");
    assert_eq!(
        told(&shop, &order).await,
        ["OrderBackordered", "OrderCancelled"]
    );
    assert_eq!(waiting(&shop).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_another_store_has_is_shipped_from_there_and_nobody_waits() {
    let clock = clock();
    let shop = stocked(&clock, (10, 10), (10, 10)).await;
    let order = shop.sells(&g1(), "short-3").await;
    let first = shop.warehouse().jobs(&order).await.remove(0);
    shop.warehouse().refuses(&first).await;
    let other = shop.warehouse().jobs(&order).await.pop().unwrap();
    shop.warehouse().pack_one(&other).await;
    shop.until("the other parcel to be let go", let_go).await;
    shop.warehouse().ship(&other).await;
    shop.until("the sale to be booked", |books| {
        !books.documents("main", "INV", &order).is_empty()
    })
    .await;
    assert_eq!(shop.books().card(&order), Card::of_g1(9_647, 0));
    assert_eq!(told(&shop, &order).await, ["OrderShipped"]);
    assert_eq!(waiting(&shop).await, Vec::<String>::new());
}

#[tokio::test]
async fn goods_that_come_in_time_are_shipped_and_nothing_is_given_up() {
    let clock = clock();
    let shop = stocked(&clock, (10, 1), (0, 0)).await;
    let order = shop.sells(&g1(), "short-4").await;
    let job = shop.warehouse().jobs(&order).await.remove(0);
    shop.warehouse().picks(&job, &[("B", 0)]).await;
    shop.event_about("order", "OrderBackordered", &order).await;
    shop.warehouse().counts("store-soho", "B-1", 5).await;
    shop.until("B to be asked of Soho", |books| {
        clock.advance(Duration::from_secs(5));
        books.table("oms", "main", "fulfilment_order").len() == 2
    })
    .await;
    let jobs = shop.warehouse().jobs(&order).await;
    shop.warehouse().packs(&job).await;
    shop.warehouse().pack_one(&jobs[1]).await;
    for job in &jobs {
        shop.until("the parcels to be let go", |books| {
            let parcels = books.table("oms", "main", "fulfilment_order");
            let packed = parcels.iter().filter(|parcel| parcel["state"] == "PACKED");
            packed.into_iter().all(|parcel| parcel["authorised"] == 1)
        })
        .await;
        shop.warehouse().ship(job).await;
    }
    the_wait_is_over(&shop, &clock, &order).await;
    shop.quiet().await;
    assert_eq!(shop.books().card(&order), Card::of_g1(9_647, 0));
    assert!(
        !told(&shop, &order)
            .await
            .contains(&"OrderLineCancelled".to_owned())
    );
}

#[tokio::test]
async fn a_shelf_with_less_than_the_books_say_is_blocked_until_it_is_counted() {
    let clock = clock();
    let shop = stocked(&clock, (5, 5), (9, 9)).await;
    let mut basket = g1();
    basket["lines"] = json!([{"id": "A", "sku": "A-1", "quantity": 3}]);
    let order = shop.sells(&basket, "short-5").await;
    let job = shop.warehouse().jobs(&order).await.remove(0);
    shop.warehouse().picks(&job, &[("A", 1)]).await;
    let opened = shop.event_about("order", "ExceptionOpened", &order).await;
    let opened: Value = serde_json::from_slice(&opened.data).unwrap();
    assert_eq!(opened["code"], "stock_drift");
    // Nobody takes two off and sells two that may not be there: the four that are left are blocked.
    let shelf = |books: &Books<'_>| {
        let at = |condition: &str| {
            let shelves = books.table("oms", "main", "stock");
            let shelf = shelves.iter().find(|row| {
                row["sku"] == "A-1"
                    && row["location"] == "store-austin"
                    && row["condition"] == condition
            });
            shelf.map_or(0, |row| row["on_hand"].as_i64().unwrap())
        };
        (at("new"), at("blocked"))
    };
    assert_eq!(shelf(&shop.books()), (1, 4));
    assert_eq!(
        shop.books().on_hand("erp", "main", "A-1", "store-austin"),
        500
    );
    shop.warehouse().counts("store-austin", "A-1", 2).await;
    assert_eq!(shelf(&shop.books()), (2, 0));
    shop.retries("resolve-shortage", &format!("{order}/{job}"))
        .await;
    shop.event_about("order", "ExceptionResolved", &order).await;
}
