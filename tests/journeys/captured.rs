//! Orders that a marketplace was paid for: they are facts; what cannot be done waits for a person.

use crossdock::{Options, Seeds};
use crossdock_testkit::{Row, Shop};
use serde_json::{Value, json};

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
    shop.told("order", "OrderPlaced", &id).await;
    id
}

/// The exception of an order that a person must look at: its code, and the money at risk.
async fn at_risk(shop: &Shop, order: &str) -> (String, Value) {
    let event = shop.told("order", "ExceptionOpened", order).await;
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
    assert_eq!(shop.exceptions(), Vec::<Value>::new());
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
    let mut seeds = Seeds::demo();
    for shelf in &mut seeds.oms.stock {
        shelf.quantity = if shelf.sku == "A-1" {
            0
        } else {
            shelf.quantity
        };
    }
    let shop = Shop::built(&[], Options::in_memory().seeded(seeds)).await;
    let id = taken_in(&shop, &paid("mkt-4")).await;
    let (code, money) = at_risk(&shop, &id).await;
    assert_eq!((code.as_str(), money), ("out_of_stock", usd("88.35")));
    is_neither_refunded_nor_rejected(&shop, &id).await;
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
