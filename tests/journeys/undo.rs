//! Refused orders: whatever was held for them is given back, and their reference may be tried again.

use crossdock::{Options, SeedData};
use crossdock_runtime::ManualClock;
use crossdock_testkit::{Answer, Books, Channel, Row, Shop, g1};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const ADA: &str = "cust-ada/member-ada";

/// What the systems had before anybody ordered: it must be the same afterwards.
#[derive(Debug, PartialEq)]
struct Holdings {
    shelves: Vec<(String, String, i64, i64, i64)>,
    points: Vec<Row>,
    held_on_cards: i64,
}

fn holdings(books: &Books<'_>) -> Holdings {
    let text = |row: &Row, column: &str| row[column].as_str().unwrap_or_default().to_owned();
    let count = |row: &Row, column: &str| row[column].as_i64().unwrap_or_default();
    let shelf = |row: &Row| {
        let at = (text(row, "sku"), text(row, "location"));
        (
            at.0,
            at.1,
            count(row, "on_hand"),
            count(row, "reserved"),
            count(row, "allocated"),
        )
    };
    let cards = books.table("payment", "main", "balances");
    Holdings {
        shelves: books
            .table("oms", "main", "stock")
            .iter()
            .map(shelf)
            .collect(),
        points: books.table("loyalty", "main", "balance"),
        held_on_cards: Books::sum(&cards, "authorised")
            - Books::sum(&cards, "captured")
            - Books::sum(&cards, "cancelled"),
    }
}

/// The id under which the only rejected order is known; the shop shows it as refused.
async fn rejected(web: &Channel, why: &str) -> String {
    let orders = web.get("/ecommerce/v1/orders").await.expect(200);
    let items = orders.json["items"].as_array().cloned().unwrap_or_default();
    let refused: Vec<&Value> = items
        .iter()
        .filter(|order| order["status"] == "Problem")
        .collect();
    assert_eq!(refused.len(), 1, "{}", orders.json);
    let reason = refused[0]["refused"].as_str().unwrap_or_default();
    assert!(reason.contains(why), "{reason} says nothing of {why}");
    refused[0]["id"].as_str().unwrap_or_default().to_owned()
}

/// Every hold of the order has its release, and nothing that comes after the promise exists.
fn nothing_is_left(books: &Books<'_>, order: &str) {
    let of = |domain: &str, table: &str, column: &str| {
        let rows = books.table(domain, "main", table).into_iter();
        rows.filter(|row| row[column] == order)
            .collect::<Vec<Row>>()
    };
    let releases = books.table("oms", "main", "reservation_release");
    for reservation in of("oms", "reservation", "reference") {
        let given_back = releases
            .iter()
            .filter(|release| release["reservation"] == reservation["number"]);
        assert_eq!(given_back.count(), 1, "{reservation:?} has no release");
    }
    let releases = books.table("loyalty", "main", "hold_release");
    for hold in of("loyalty", "hold", "reference") {
        let given_back = releases
            .iter()
            .filter(|release| release["hold"] == hold["id"]);
        assert_eq!(given_back.count(), 1, "{hold:?} has no release");
    }
    let ledger = books.table("payment", "main", "ledger");
    for payment in of("payment", "payments", "reference") {
        let let_go = ledger
            .iter()
            .filter(|row| row["payment"] == payment["id"] && row["kind"] == "cancel");
        assert_eq!(let_go.count(), 2, "{payment:?} was not let go");
    }
    assert_eq!(of("oms", "customer_order", "reference"), []);
    assert_eq!(of("loyalty", "burn", "reference"), []);
    assert_eq!(of("loyalty", "accrual", "reference"), []);
    assert_eq!(of("erp", "document", "reference"), []);
    assert_eq!(of("tax", "transactions", "order_number"), []);
}

/// The same reference with another quote or card is a new order.
async fn tried_again(shop: &Shop, refused: &str, basket: &Value, reference: &str) {
    let web = shop.web(Some(ADA));
    let quote = web.quote(basket).await.expect(200);
    let order = web
        .order(&quote, reference, "tok_visa")
        .await
        .expect(201)
        .text("/id");
    assert_ne!(order, refused);
    shop.quiet().await;
    assert_eq!(shop.books().documents("main", "SO", &order).len(), 1);
}

fn scarce(sku: &str, left: u32) -> Options {
    let mut seed_data = SeedData::demo();
    for shelf in &mut seed_data.oms.stock {
        if shelf.sku == sku {
            shelf.quantity = if shelf.location == "store-austin" {
                left
            } else {
                0
            };
        }
    }
    Options::in_memory().with_seed_data(seed_data)
}

#[tokio::test]
async fn an_order_for_more_than_there_is_leaves_nothing_standing() {
    let shop = Shop::built(&[], scarce("B-1", 1)).await;
    let (web, before) = (shop.web(Some(ADA)), holdings(&shop.books()));
    let mut basket = g1();
    basket["lines"][1]["quantity"] = json!(2);
    let quote = web.quote(&basket).await.expect(200);
    let refused = web
        .order(&quote, "web-1", "tok_visa")
        .await
        .problem(409, "out_of_stock");
    assert_eq!(refused.pointers(), ["/lines/1"]);
    shop.quiet().await;
    let order = rejected(&web, "not everything is there").await;
    nothing_is_left(&shop.books(), &order);
    assert_eq!(holdings(&shop.books()), before);
    tried_again(&shop, &order, &g1(), "web-1").await;
}

#[tokio::test]
async fn an_order_with_points_that_were_spent_meanwhile_gives_its_stock_back() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let late = web.quote(&g1()).await.expect(200);
    shop.sells(&g1(), "web-first").await;
    let before = holdings(&shop.books());
    web.order(&late, "web-2", "tok_visa")
        .await
        .problem(409, "points_insufficient");
    shop.quiet().await;
    let order = rejected(&web, "points").await;
    assert_eq!(
        shop.books().about("oms", "reservation", &order).len(),
        1,
        "stock was held before the points"
    );
    nothing_is_left(&shop.books(), &order);
    assert_eq!(holdings(&shop.books()), before);
    let mut without_points = g1();
    without_points["redeemPoints"] = Value::Null;
    tried_again(&shop, &order, &without_points, "web-2").await;
}

#[tokio::test]
async fn an_order_whose_card_is_declined_gives_stock_and_points_back() {
    let shop = Shop::open().await;
    let (web, before) = (shop.web(Some(ADA)), holdings(&shop.books()));
    let quote = web.quote(&g1()).await.expect(200);
    web.order(&quote, "web-3", "tok_declined")
        .await
        .problem(402, "card_declined");
    shop.quiet().await;
    let order = rejected(&web, "declined").await;
    let books = shop.books();
    assert_eq!(
        books.about("oms", "reservation", &order).len(),
        1,
        "stock was held before the card was asked"
    );
    assert_eq!(
        books.about("loyalty", "hold", &order).len(),
        1,
        "points were held before the card was asked"
    );
    nothing_is_left(&books, &order);
    assert_eq!(holdings(&books), before);
    tried_again(&shop, &order, &g1(), "web-3").await;
}

#[tokio::test]
async fn an_order_on_an_old_quote_asks_no_system_for_anything() {
    let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
    let options =
        Options::in_memory().with_clock(Arc::clone(&clock) as Arc<dyn crossdock_model::Clock>);
    let shop = Shop::built(&[("CROSSDOCK__ORDER__QUOTE_VALIDITY", "1m")], options).await;
    let before = holdings(&shop.books());
    let quote: Answer = shop.web(Some(ADA)).quote(&g1()).await.expect(200);
    clock.advance(Duration::from_secs(61));
    shop.web(Some(ADA))
        .order(&quote, "web-4", "tok_visa")
        .await
        .problem(409, "quote_expired");
    shop.quiet().await;
    let books = shop.books();
    for (domain, table) in [
        ("oms", "reservation"),
        ("loyalty", "hold"),
        ("payment", "payments"),
    ] {
        assert_eq!(books.table(domain, "main", table), [], "{domain}/{table}");
    }
    assert_eq!(holdings(&books), before);
    tried_again(&shop, "none", &g1(), "web-4").await;
}
