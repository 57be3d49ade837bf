//! Orders that a marketplace was paid for: they are facts; what cannot be done waits for a person.

use crossdock::{Options, SeedData};
use crossdock_books::{FaultKind, Times};
use crossdock_runtime::ManualClock;
use crossdock_testkit::{Points, Row, Shop, back};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const PATH: &str = "/ecommerce/v1/orders/captured";

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

/// Two A at $40 with $3 off, taxed $6.35, shipping $5: $88.35, paid to the marketplace.
fn paid(reference: &str) -> Value {
    json!({
        "channelRef": reference, "currency": "USD",
        "lines": [{"id": "A", "sku": "A-1", "quantity": 2, "unitPrice": usd("40.00"),
                   "discount": usd("3.00"), "tax": usd("6.35")}],
        "shipping": usd("5.00"),
        "shipTo": {"country": "US", "region": "TX", "postalCode": "78701", "city": "Austin", "lines": ["1 Main Street"]},
        "tenders": [{"kind": "card", "reference": "mkt-pay-1", "amount": usd("88.35")}],
    })
}

async fn taken_in(shop: &Shop, order: &Value) -> String {
    let id = shop
        .marketplace()
        .post(PATH, order)
        .await
        .expect(201)
        .text("/id");
    shop.event_about("order", "OrderPlaced", &id).await;
    id
}

/// The exception of an order that a person must look at: its code, and the money at risk.
async fn at_risk(shop: &Shop, order: &str) -> (String, Value) {
    let event = shop.event_about("order", "ExceptionOpened", order).await;
    let opened: Value = serde_json::from_slice(&event.data).unwrap();
    (
        opened["code"].as_str().unwrap_or_default().to_owned(),
        opened["moneyAtRisk"].clone(),
    )
}

async fn is_neither_refunded_nor_rejected(shop: &Shop, order: &str) {
    for table in ["payments", "captures", "refunds"] {
        assert_eq!(
            shop.books().table("payment", "main", table),
            [] as [Row; 0],
            "{table}"
        );
    }
    let shown = shop
        .marketplace()
        .get(&format!("/ecommerce/v1/orders/{order}"))
        .await
        .expect(200);
    assert_eq!(shown.text("/status"), "Processing");
    assert!(
        !shop
            .events("order")
            .await
            .iter()
            .any(|event| &*event.kind == "OrderRejected")
    );
}

#[tokio::test]
async fn a_paid_order_is_shipped_and_booked_without_a_capture_of_ours() {
    let shop = Shop::open().await;
    let order = taken_in(&shop, &paid("mkt-1")).await;
    shop.quiet().await;
    shop.ships(&order).await;
    let books = shop.books();
    assert_eq!(books.table("payment", "main", "captures"), []);
    let job = shop.warehouse().jobs(&order).await.remove(0);
    assert_eq!(
        books.entry("main", "INV", &format!("{order}-{job}")),
        [
            ("clearing".into(), 8_835, 0),
            ("revenue".into(), 0, 7_700),
            ("shipping-revenue".into(), 0, 500),
            ("tax-payable".into(), 0, 635),
        ]
    );
    assert_eq!(books.tax(&order), (635, 0));
    assert_eq!(books.on_hand("oms", "main", "A-1", "store-austin"), 498);
    assert_eq!(books.on_hand("erp", "main", "A-1", "store-austin"), 498);
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_sku_that_nobody_knows_waits_on_the_desk_with_the_money_at_risk() {
    let shop = Shop::open().await;
    let mut order = paid("mkt-2");
    order["lines"][0]["sku"] = json!("GHOST-9");
    let id = taken_in(&shop, &order).await;
    let (code, money) = at_risk(&shop, &id).await;
    assert_eq!((code.as_str(), money), ("unknown_sku", usd("88.35")));
    is_neither_refunded_nor_rejected(&shop, &id).await;
}

#[tokio::test]
async fn tenders_that_differ_from_what_was_sold_wait_on_the_desk_while_the_goods_go_on() {
    let shop = Shop::open().await;
    let mut order = paid("mkt-3");
    order["tenders"][0]["amount"] = usd("80.00");
    let id = taken_in(&shop, &order).await;
    let (code, money) = at_risk(&shop, &id).await;
    assert_eq!((code.as_str(), money), ("amount_mismatch", usd("88.35")));
    is_neither_refunded_nor_rejected(&shop, &id).await;
    shop.until("the OMS to have it", |books| {
        books.about("oms", "customer_order", &id).len() == 1
    })
    .await;
    shop.until("the ERP to have it", |books| {
        books.documents("main", "SO", &id).len() == 1
    })
    .await;
}

#[tokio::test]
async fn a_paid_order_for_more_than_there_is_is_accepted_and_waits_for_a_person() {
    let mut seed_data = SeedData::demo();
    for shelf in &mut seed_data.oms.stock {
        shelf.quantity = if shelf.sku == "A-1" {
            0
        } else {
            shelf.quantity
        };
    }
    let shop = Shop::built(&[], Options::in_memory().with_seed_data(seed_data)).await;
    let id = taken_in(&shop, &paid("mkt-4")).await;
    let (code, money) = at_risk(&shop, &id).await;
    assert_eq!((code.as_str(), money), ("out_of_stock", usd("88.35")));
    is_neither_refunded_nor_rejected(&shop, &id).await;
    // The customer gives up what nobody has; the money goes back, and nothing waits for goods any more.
    let given_up = gives_up(&shop, &id, &json!({"reason": "rather not wait"})).await;
    assert_eq!(given_up["owed"], usd("88.35"));
    shop.lets_go_on(&id).await;
    shop.event_about("order", "ExceptionResolved", &id).await;
    shop.quiet().await;
    let waiting = shop.exceptions().await;
    let codes: Vec<&Value> = waiting.iter().map(|opened| &opened["code"]).collect();
    assert_eq!(codes, ["out_of_stock", "refund_owed"]);
}

async fn gives_up(shop: &Shop, order: &str, wanted: &Value) -> Value {
    let path = format!("/customer-service/v1/orders/{order}/cancellations");
    let given_up = shop.agent("agent-1").post(&path, wanted).await.expect(201);
    given_up.json
}

#[tokio::test]
async fn what_was_paid_elsewhere_for_a_cancelled_order_is_owed_and_a_case() {
    let shop = Shop::open().await;
    let id = taken_in(&shop, &paid("mkt-c1")).await;
    shop.quiet().await;
    let given_up = gives_up(&shop, &id, &json!({"reason": "changed my mind"})).await;
    assert_eq!(
        (&given_up["released"], &given_up["owed"]),
        (&usd("0.00"), &usd("88.35"))
    );
    let (code, money) = at_risk(&shop, &id).await;
    assert_eq!((code.as_str(), money), ("refund_owed", usd("88.35")));
    let path = format!("/customer-service/v1/orders/{id}/timeline");
    let timeline = shop.agent("agent-1").get(&path).await.expect(200);
    let told = String::from_utf8_lossy(&timeline.bytes).into_owned();
    assert!(told.contains("Order cancelled: changed my mind"), "{told}");
    assert!(
        told.contains("Refund the amount where it was paid"),
        "{told}"
    );
    let books = shop.books();
    assert_eq!(books.promised("A-1"), 0);
    let sales_orders = books.documents("main", "SO", &id);
    assert!(sales_orders[0]["cancelled_at"].is_i64(), "{sales_orders:?}");
}

#[tokio::test]
async fn one_unit_of_a_paid_order_is_given_up_and_the_other_is_shipped_and_booked() {
    let shop = Shop::open().await;
    let id = taken_in(&shop, &paid("mkt-c2")).await;
    shop.quiet().await;
    let wanted = json!({"reason": "one too many", "lines": [{"lineId": "A", "quantity": 1}]});
    let given_up = gives_up(&shop, &id, &wanted).await;
    // Of $77.00 and tax of $6.35 for two; the delivery of the other stays paid.
    assert_eq!(given_up["owed"], usd("41.68"));
    shop.ships(&id).await;
    let books = shop.books();
    let job = shop.warehouse().jobs(&id).await.remove(0);
    assert_eq!(
        books.entry("main", "INV", &format!("{id}-{job}")),
        [
            ("clearing".into(), 4_667, 0),
            ("revenue".into(), 0, 3_850),
            ("shipping-revenue".into(), 0, 500),
            ("tax-payable".into(), 0, 317),
        ]
    );
    assert_eq!(books.tax(&id), (317, 0));
    assert_eq!(books.on_hand("oms", "main", "A-1", "store-austin"), 499);
}

#[tokio::test]
async fn one_reference_of_the_marketplace_is_one_order() {
    let shop = Shop::open().await;
    let market = shop.marketplace();
    let id = taken_in(&shop, &paid("mkt-5")).await;
    let again = market.post(PATH, &paid("mkt-5")).await.expect(200);
    assert_eq!(again.text("/id"), id);
    let mut other = paid("mkt-5");
    other["lines"][0]["quantity"] = json!(1);
    market
        .post(PATH, &other)
        .await
        .problem(409, "order_reference_reused");
    shop.quiet().await;
    assert_eq!(shop.books().table("oms", "main", "customer_order").len(), 1);
    assert_eq!(shop.books().table("erp", "main", "document").len(), 1);
}

/// Ada bought it: two A, sold for $77.00 without tax, earn 77 points.
fn adas(reference: &str) -> Value {
    let mut order = paid(reference);
    order["customer"] = json!("cust-ada");
    order
}

const NOTHING_YET: Points = Points {
    available: 1_500,
    pending: 0,
    held: 0,
    debt: 0,
};

#[tokio::test]
async fn a_member_earns_on_what_the_platform_sold_and_gives_it_back_with_the_goods() {
    let shop = Shop::open().await;
    let order = taken_in(&shop, &adas("mkt-6")).await;
    shop.event_about("order", "LoyaltyAccrued", &order).await;
    let pending = Points {
        pending: 77,
        ..NOTHING_YET
    };
    assert_eq!(shop.books().points("main", "member-ada"), pending);
    shop.ships(&order).await;
    shop.event_about("loyalty", "LoyaltyMatured", &order).await;
    let matured = Points {
        available: 1_577,
        ..NOTHING_YET
    };
    assert_eq!(shop.books().points("main", "member-ada"), matured);
    let job = shop.warehouse().jobs(&order).await.remove(0);
    let books = shop.books();
    let entry = books.entry("main", "INV", &format!("{order}-{job}"));
    assert!(
        entry.contains(&("points-liability".into(), 0, 77)),
        "{entry:?}"
    );
    assert!(entry.contains(&("revenue".into(), 0, 7_623)), "{entry:?}");
    // The money is the platform's to give back; goods, points and tax are ours.
    let till = shop.till("store-soho/kim");
    till.post("/pos/v1/returns", &back(&order, &[("A", 1)]))
        .await
        .expect(201);
    shop.event_about("return", "LoyaltyAccrualReversed", &order)
        .await;
    let left = Points {
        available: 1_538,
        ..NOTHING_YET
    };
    assert_eq!(shop.books().points("main", "member-ada"), left);
    assert_eq!(
        shop.books().table("payment", "main", "refunds"),
        [] as [Row; 0]
    );
}

#[tokio::test]
async fn a_member_earns_although_the_loyalty_engine_was_down_until_the_goods_had_left() {
    let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
    let options = Options::in_memory().with_clock(Arc::clone(&clock) as _);
    let shop = Shop::built(&[], options).await;
    let faults = shop.book("loyalty", "main").faults();
    faults.arm("POST *", FaultKind::Down, Times::UntilCleared);
    let order = taken_in(&shop, &adas("mkt-7")).await;
    shop.until("the OMS to have it", |books| {
        books.about("oms", "customer_order", &order).len() == 1
    })
    .await;
    for job in shop.packs(&order).await {
        shop.warehouse().ship(&job).await;
    }
    shop.event_about("order", "OrderShipped", &order).await;
    assert!(faults.armed()[0].hits > 0);
    assert_eq!(shop.books().points("main", "member-ada"), NOTHING_YET);
    faults.clear();
    let matured = Points {
        available: 1_577,
        ..NOTHING_YET
    };
    shop.until("the points to be booked and to mature", |books| {
        clock.advance(Duration::from_secs(10));
        books.points("main", "member-ada") == matured
    })
    .await;
}

#[tokio::test]
async fn a_platform_reads_back_what_it_sent_for_a_customer_and_nobody_elses() {
    let shop = Shop::open().await;
    let order = taken_in(&shop, &adas("mkt-8")).await;
    let path = format!("/ecommerce/v1/orders/{order}");
    let read = shop.marketplace().get(&path).await.expect(200);
    assert_eq!(read.text("/id"), order);
    shop.web(None).get(&path).await.problem(404, "not_found");
}

/// What the OMS was asked to send where, in its own book.
fn destination(shop: &Shop, order: &str) -> Value {
    let rows = shop.books().about("oms", "customer_order", order);
    let request: Value = serde_json::from_str(rows[0]["request"].as_str().unwrap()).unwrap();
    request["shipTo"].clone()
}

#[tokio::test]
async fn an_order_to_a_country_without_regions_or_postal_codes_is_taken_in_as_the_platform_sent_it()
{
    let shop = Shop::open().await;
    let berlin =
        json!({"country": "DE", "postalCode": "10115", "city": "Berlin", "lines": ["Teststr. 1"]});
    let singapore = json!({"country": "SG", "region": null, "postalCode": "018956", "city": "Singapore", "lines": []});
    let tai_po = json!({"country": "HK", "region": "", "postalCode": null, "city": "Tai Po", "lines": ["1 Road"]});
    let sent = [
        ("mkt-9", berlin, ("DE", "", "10115")),
        ("mkt-10", singapore, ("SG", "", "018956")),
        ("mkt-11", tai_po, ("HK", "", "")),
    ];
    for (reference, address, (country, state, zip)) in sent {
        let mut order = paid(reference);
        order["shipTo"] = address;
        let id = taken_in(&shop, &order).await;
        shop.until("the OMS to have it", |books| {
            books.about("oms", "customer_order", &id).len() == 1
        })
        .await;
        let at = destination(&shop, &id);
        assert_eq!(
            (&at["country"], &at["state"], &at["zip"]),
            (&json!(country), &json!(state), &json!(zip))
        );
    }
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
}

#[tokio::test]
async fn numbers_that_shop_platforms_count_with_are_no_card_numbers() {
    let shop = Shop::open().await;
    for number in ["6200474991874", "5847322250357"] {
        let mut order = paid(number);
        order["lines"][0]["id"] = json!(number);
        order["tenders"][0]["reference"] = json!(number);
        let id = taken_in(&shop, &order).await;
        let read = shop
            .marketplace()
            .get(&format!("/ecommerce/v1/orders/{id}"))
            .await
            .expect(200);
        assert_eq!(read.text("/reference"), number);
    }
}
