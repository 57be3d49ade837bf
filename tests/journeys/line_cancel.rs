//! Units given up before they are packed: the rest goes on as sold, in all five ledgers.

use crossdock::{Options, SeedData};
use crossdock_books::{FaultKind, Times};
use crossdock_runtime::ManualClock;
use crossdock_testkit::{Answer, Books, Card, Channel, Points, Shop, g1};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const ADA: &str = "cust-ada/member-ada";
const MEMBER: &str = "member-ada";

/// A request for units of lines of the order.
fn units(lines: &[(&str, u32)]) -> Value {
    let lines = lines.iter();
    let lines = lines.map(|(line, quantity)| json!({"lineId": line, "quantity": quantity}));
    json!({"reason": "changed my mind", "lines": lines.collect::<Vec<_>>()})
}

async fn gives_up(channel: &Channel, order: &str, wanted: &Value) -> Answer {
    let path = format!("/ecommerce/v1/orders/{order}/cancellations");
    channel.post(&path, wanted).await
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

/// A shop whose A and B lie in two stores, so that G1 leaves in two parcels.
async fn two_stores() -> Shop {
    let mut seed_data = SeedData::demo();
    for shelf in &mut seed_data.oms.stock {
        shelf.quantity = match (shelf.sku.as_str(), shelf.location.as_str()) {
            ("A-1", "store-austin") | ("B-1", "store-soho") => 10,
            ("A-1" | "B-1", _) => 0,
            (_, _) => shelf.quantity,
        };
    }
    Shop::built(&[], Options::in_memory().with_seed_data(seed_data)).await
}

/// The fulfilment order that has the line.
fn parcel_of(books: &Books<'_>, item: &str) -> String {
    let lines = books.table("oms", "main", "fulfilment_line");
    let line = lines.iter().find(|line| line["item"] == item);
    let number = line.unwrap_or_else(|| panic!("no parcel of {item}: {lines:?}"));
    format!(
        "FO-{:06}",
        number["fulfilment_order"].as_i64().unwrap_or_default()
    )
}

/// What is told of cancellations of the order.
async fn told(shop: &Shop, order: &str) -> Vec<(String, Value)> {
    let events = shop.events("order").await;
    let told = events.iter().filter(|event| {
        let about = String::from_utf8_lossy(&event.data).contains(order);
        about && ["OrderCancelled", "OrderLineCancelled"].contains(&&*event.kind)
    });
    told.map(|event| {
        let data = serde_json::from_slice(&event.data).unwrap_or_default();
        (event.kind.to_string(), data)
    })
    .collect()
}

#[tokio::test]
async fn g1_without_b_is_captured_booked_and_earned_without_it() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "line-1").await;
    let web = shop.web(Some(ADA));
    let given_up = gives_up(&web, &order, &units(&[("B", 1)]))
        .await
        .expect(201);
    assert_eq!(given_up.json["units"], json!(["B#1"]));
    assert_eq!(given_up.json["released"], usd("21.78"));
    assert_eq!(given_up.json["owed"], usd("0.00"));
    assert_eq!(given_up.json["pointsRestored"], 238);
    assert_eq!(given_up.json["pointsCancelled"], 20);
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.points("main", MEMBER), Points::of(738, 64));
    assert_eq!(books.promised("B-1"), 0);
    assert_eq!(books.promised("A-1"), 2);
    // What is left of the authorisation is needed for A, and goes with its capture.
    assert_eq!(books.card(&order), Card::of_g1(0, 0));
    let amended = books.documents("main", "SA", &order);
    assert_eq!(amended.len(), 1, "{amended:?}");
    assert_eq!(amended[0]["total_minor"], 2_178);

    shop.ships(&order).await;
    shop.bank().settle().await;
    shop.until("the points to mature", |books| {
        books.points("main", MEMBER) == Points::of(802, 0)
    })
    .await;
    assert_eq!(books.card(&order), Card::of_g1(7_469, 2_178));
    assert_eq!(books.tax(&order), (531, 0));
    for (account, holds) in [
        ("clearing", 7_469),
        ("revenue", -7_136),
        ("tax-payable", -531),
        ("shipping-revenue", -500),
        ("points-liability", 762 - 64),
    ] {
        assert_eq!(books.account("main", account), holds, "{account}");
    }
    assert_eq!(books.on_hand("oms", "main", "B-1", "store-austin"), 500);
    let shown = web
        .get(&format!("/ecommerce/v1/orders/{order}"))
        .await
        .expect(200);
    assert_eq!(shown.text("/status"), "InTransit");
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
    let told = told(&shop, &order).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "OrderLineCancelled");
    assert_eq!(told[0].1["decidedBy"], "customer");
}

#[tokio::test]
async fn a_line_given_up_after_the_other_has_left_releases_its_money_at_once() {
    let shop = two_stores().await;
    let order = shop.sells(&g1(), "line-2").await;
    let books = shop.books();
    let (a, b) = (parcel_of(&books, "A"), parcel_of(&books, "B"));
    shop.warehouse().pack_one(&a).await;
    shop.until("A to be let go", |books| {
        let parcels = books.table("oms", "main", "fulfilment_order");
        parcels.iter().any(|parcel| parcel["authorised"] == 1)
    })
    .await;
    shop.warehouse().ship(&a).await;
    shop.until("the sale of A to be booked", |books| {
        !books.documents("main", "INV", &order).is_empty()
    })
    .await;
    let web = shop.web(Some(ADA));
    gives_up(&web, &order, &units(&[("A", 1)]))
        .await
        .problem(409, "cancellation_refused");
    let rest = json!({"reason": "takes too long", "lines": [{"lineId": "B"}]});
    gives_up(&web, &order, &rest).await.expect(201);
    shop.quiet().await;
    assert_eq!(books.card(&order), Card::of_g1(7_469, 2_178));
    let parcels = books.table("oms", "main", "fulfilment_order");
    let other = parcels
        .iter()
        .find(|parcel| b.ends_with(&parcel["number"].to_string()));
    assert_eq!(
        other.map(|parcel| &parcel["state"]),
        Some(&json!("CANCELLED"))
    );
    assert_eq!(
        books.table("oms", "main", "customer_order")[0]["state"],
        "SHIPPED"
    );
    shop.event_about("order", "OrderCompleted", &order).await;
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
}

#[tokio::test]
async fn two_parcels_packed_at_once_leave_nothing_reserved_for_what_was_given_up() {
    let shop = two_stores().await;
    let order = shop.sells(&g1(), "line-3").await;
    let web = shop.web(Some(ADA));
    gives_up(&web, &order, &units(&[("A", 1)]))
        .await
        .expect(201);
    // Both are packed before either leaves: neither capture knows itself to be the last.
    shop.ships(&order).await;
    let books = shop.books();
    let left = books.card(&order);
    assert_eq!(
        (left.captured + left.cancelled, left.cancelled > 0),
        (9_647, true)
    );
    assert_eq!(left.cancelled, 3_485);
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_sales_order_that_ends_before_its_amendment_comes_through_needs_none() {
    let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
    let options = Options::in_memory().with_clock(Arc::clone(&clock) as _);
    let shop = Shop::built(&[], options).await;
    let order = shop.sells(&g1(), "line-7").await;
    let web = shop.web(Some(ADA));
    let faults = shop.book("erp", "main").faults();
    let amendments = "POST /api/sales-orders/amendments";
    faults.arm(amendments, FaultKind::Down, Times::UntilCleared);
    gives_up(&web, &order, &units(&[("B", 1)]))
        .await
        .expect(201);
    shop.until("the ERP to be asked", |_books| faults.armed()[0].hits > 0)
        .await;
    gives_up(&web, &order, &json!({"reason": "the rest as well"}))
        .await
        .expect(201);
    shop.until("the sales order to end", |books| {
        let sales_orders = books.documents("main", "SO", &order);
        sales_orders[0]["cancelled_at"].is_i64()
    })
    .await;
    faults.clear();
    shop.until("both cancellations to end", |books| {
        clock.advance(Duration::from_secs(10));
        books.points("main", MEMBER) == Points::of(1_500, 0)
            && shop.gateway().engine().unwrap().live() == 0
    })
    .await;
    let books = shop.books();
    assert_eq!(books.documents("main", "SA", &order).len(), 0);
    assert_eq!(books.card(&order), Card::of_g1(0, 9_647));
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
}

#[tokio::test]
async fn twelve_at_once_are_one_cancellation_and_one_answer() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "line-4").await;
    for (wanted, cancellations) in [
        (
            json!({"reason": "twelve times", "lines": [{"lineId": "B"}]}),
            1,
        ),
        (json!({"reason": "twelve times"}), 2),
    ] {
        let desk = shop.agent("agent-1");
        let path = format!("/customer-service/v1/orders/{order}/cancellations");
        let asked = (0..12).map(|_| desk.post(&path, &wanted));
        let answers = join_all(asked).await;
        for answer in &answers {
            assert_eq!(answer.status, 201, "{}", answer.json);
            assert_eq!(answer.bytes, answers[0].bytes);
        }
        assert_eq!(told(&shop, &order).await.len(), cancellations);
    }
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.card(&order), Card::of_g1(0, 9_647));
    assert_eq!(books.points("main", MEMBER), Points::of(1_500, 0));
    assert_eq!(books.promised("A-1") + books.promised("B-1"), 0);
    let sales_orders = books.documents("main", "SO", &order);
    assert!(sales_orders[0]["cancelled_at"].is_i64(), "{sales_orders:?}");
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
}

#[tokio::test]
async fn two_units_are_given_up_by_the_first_two_of_twelve() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "line-5").await;
    let web = shop.web(Some(ADA));
    let wanted = units(&[("A", 1)]);
    let asked = (0..12).map(|_| gives_up(&web, &order, &wanted));
    let answers = join_all(asked).await;
    let given_up: Vec<&Answer> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert_eq!(given_up.len(), 2);
    for answer in answers.into_iter().filter(|answer| answer.status != 201) {
        answer.problem(409, "cancellation_refused");
    }
    let told = told(&shop, &order).await;
    let mut units: Vec<String> = told
        .iter()
        .map(|(_, data)| data["units"].to_string())
        .collect();
    units.sort();
    assert_eq!(units, [r#"["A#1"]"#, r#"["A#2"]"#]);
    shop.ships(&order).await;
    let books = shop.books();
    assert_eq!(books.card(&order), Card::of_g1(2_678, 6_969));
    assert_eq!(books.promised("A-1"), 0);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "line-6").await;
    let web = shop.web(Some(ADA));
    for (wanted, status, code) in [
        (units(&[("A", 3)]), 409, "cancellation_refused"),
        (units(&[("Z", 1)]), 404, "not_found"),
        (units(&[("A", 1), ("A", 1)]), 422, "validation_failed"),
        (units(&[("A", 1), ("B", 2)]), 409, "cancellation_refused"),
    ] {
        gives_up(&web, &order, &wanted).await.problem(status, code);
    }
    let nothing = json!({"reason": "zero", "lines": [{"lineId": "A", "quantity": 0}]});
    gives_up(&web, &order, &nothing).await.expect(422);
    assert_eq!(told(&shop, &order).await, []);
    let books = shop.books();
    assert_eq!(books.promised("A-1"), 2);
    assert_eq!(books.card(&order), Card::of_g1(0, 0));
}
