//! Backordered lines as an outsider sees them: when they get stock, where, and in which order.

use crate::count_tests::{count, find, place, two_stores};
use crate::tests::Oms;
use crate::{Seed, backorder};
use http::Method;
use serde_json::{Value, json};

const STORE: &str = "store-austin";

async fn shown(oms: &Oms, number: &str) -> Value {
    let path = format!("/v1/acme/orders/{number}");
    let (status, body) = oms.ask(Method::GET, &path, json!({})).await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn backordered(oms: &Oms, number: &str) -> i64 {
    let order = shown(oms, number).await;
    order["items"][0]["backordered"].as_i64().unwrap()
}

/// A return of one unit to `s2`.
async fn receive(oms: &Oms, number: &str, disposition: &str) -> Value {
    let items = json!([{"item": "A", "sku": "A-1", "qty": 1, "disposition": disposition}]);
    let back = json!({"returnNo": number, "orderNo": "o0", "node": "s2", "items": items});
    oms.post("/v1/acme/receipts", back).await
}

/// The background task, once.
async fn serve(oms: &Oms) {
    backorder::serve_all(&oms.embedded.book).await.unwrap();
}

/// What the last webhook says.
fn last_told(oms: &Oms) -> Value {
    let told = oms.embedded.book.table("webhook_outbox").unwrap();
    let last = told.last().unwrap()["body"].as_str().unwrap();
    serde_json::from_str(last).unwrap()
}

#[tokio::test]
async fn a_count_opens_what_waits_at_the_location_that_was_counted() {
    let oms = Oms::seeded(two_stores()).await;
    place(&oms, "o1", 3).await;
    find(&oms, "FO-000001", 1).await;
    assert_eq!(backordered(&oms, "o1").await, 2);
    let shelf = count(&oms, "s2", 3).await;
    assert_eq!(
        (&shelf["allocated"], &shelf["free"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(oms.stock("A-1", "s2"), (3, 0, 2));

    let now = shown(&oms, "o1").await;
    assert_eq!(now["items"][0]["backordered"], 0);
    let parcel = &now["fulfilments"][1];
    assert_eq!(
        (&parcel["node"], &parcel["state"], &parcel["attempt"]),
        (&json!("s2"), &json!("OPEN"), &json!(2))
    );
    assert_eq!(parcel["items"][0]["qty"], 2);
    let told = last_told(&oms);
    assert_eq!(
        (&told["type"], &told["data"]["fulfilment"]["no"]),
        (&json!("fulfilment.requested"), &json!("FO-000002"))
    );
    assert_eq!(told["data"]["openUnits"], 3);
    for step in ["pack", "authorise", "ship"] {
        oms.work("FO-000001", step).await;
    }
    for step in ["accept", "pick", "pack", "authorise", "ship"] {
        oms.work("FO-000002", step).await;
    }
    assert_eq!(shown(&oms, "o1").await["state"], "SHIPPED");
}

#[tokio::test]
async fn a_location_that_did_not_find_it_is_not_asked_again() {
    let oms = Oms::seeded(two_stores()).await;
    place(&oms, "o1", 3).await;
    find(&oms, "FO-000001", 1).await;
    count(&oms, "s1", 5).await;
    serve(&oms).await;
    assert_eq!(backordered(&oms, "o1").await, 2);
    assert_eq!(oms.stock("A-1", "s1"), (5, 0, 1));
}

#[tokio::test]
async fn a_receipt_opens_what_waits_where_the_goods_can_be_sold_again() {
    let oms = Oms::seeded(two_stores()).await;
    place(&oms, "o1", 7).await;
    receive(&oms, "r1", "REFURBISH").await;
    assert_eq!(backordered(&oms, "o1").await, 2);
    let first = receive(&oms, "r2", "RESTOCK").await;
    assert_eq!(receive(&oms, "r2", "RESTOCK").await, first);
    let now = shown(&oms, "o1").await;
    assert_eq!(now["items"][0]["backordered"], 1);
    let parcels = now["fulfilments"].as_array().unwrap();
    assert_eq!(parcels.len(), 2);
    assert_eq!(
        (&parcels[1]["node"], &parcels[1]["items"][0]["qty"]),
        (&json!("s2"), &json!(1))
    );
    assert_eq!(oms.stock("A-1", "s2"), (1, 0, 1));
    let told = last_told(&oms);
    assert_eq!(
        (&told["type"], &told["data"]["fulfilment"]["no"]),
        (&json!("fulfilment.requested"), &json!("FO-000002"))
    );
    let log = oms.embedded.book.table("request_log").unwrap();
    let receipts = log.iter().filter(|row| row["effect_kind"] == "receipt");
    assert_eq!(receipts.count(), 3, "the effect of each is the receipt");
}

#[tokio::test]
async fn stock_that_a_cancellation_frees_is_given_by_the_background_task_once() {
    let oms = Oms::seeded(Seed::plenty("A-1", 5)).await;
    place(&oms, "o1", 5).await;
    place(&oms, "o2", 2).await;
    serve(&oms).await;
    assert_eq!(backordered(&oms, "o2").await, 2, "there is nothing to give");
    oms.post("/v1/acme/orders/o1/cancel", json!({})).await;
    assert_eq!(oms.stock("A-1", STORE), (5, 0, 0));
    serve(&oms).await;
    assert_eq!(oms.stock("A-1", STORE), (5, 0, 2));
    let now = shown(&oms, "o2").await;
    assert_eq!(now["items"][0]["backordered"], 0);
    assert_eq!(now["fulfilments"][0]["attempt"], 1);

    let rows = |table: &str| oms.embedded.book.table(table).unwrap().len();
    let before = ["stock_move", "fulfilment_order", "webhook_outbox"].map(rows);
    serve(&oms).await;
    let after = ["stock_move", "fulfilment_order", "webhook_outbox"].map(rows);
    assert_eq!(after, before, "nothing is written when nothing waits");
}

#[tokio::test]
async fn nothing_is_opened_for_what_was_cancelled() {
    let oms = Oms::seeded(Seed::plenty("A-1", 1)).await;
    place(&oms, "o1", 3).await;
    place(&oms, "o2", 3).await;
    let lines = json!({"cancellationNo": "c1", "items": [{"item": "A", "qty": 2}]});
    oms.post("/v1/acme/orders/o1/line-cancellations", lines)
        .await;
    oms.post("/v1/acme/orders/o2/cancel", json!({})).await;
    count(&oms, STORE, 5).await;
    serve(&oms).await;
    assert_eq!(oms.stock("A-1", STORE), (5, 0, 1));
    assert_eq!(oms.webhooks(), ["fulfilment.requested"]);
}

#[tokio::test]
async fn the_oldest_order_is_served_first() {
    let oms = Oms::seeded(Seed::plenty("A-1", 1)).await;
    for (number, qty) in [("o1", 1), ("o2", 2), ("o3", 2)] {
        place(&oms, number, qty).await;
    }
    count(&oms, STORE, 2).await;
    assert_eq!(backordered(&oms, "o2").await, 1);
    assert_eq!(backordered(&oms, "o3").await, 2);
    count(&oms, STORE, 4).await;
    assert_eq!(backordered(&oms, "o2").await, 0);
    assert_eq!(backordered(&oms, "o3").await, 1);
    assert_eq!(oms.stock("A-1", STORE), (4, 0, 4));
}

/// More orders than are served at once, each for one unit that only `s1` may ship.
const BOUND: &str = "
INSERT INTO customer_order (merchant, reference, state, request, gated, created_at)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
  SELECT 'acme', printf('bound-%03d', i), 'OPEN', '', 0, 0 FROM n;
INSERT INTO order_line (customer_order, item, sku, route, location, quantity, backordered, shipped)
  SELECT number, 'A', 'A-1', 'COLLECT', 's1', 1, 1, 0
  FROM customer_order WHERE reference LIKE 'bound-%';";

#[tokio::test]
async fn lines_that_the_stock_does_not_help_hide_nobody() {
    let oms = Oms::seeded(two_stores()).await;
    place(&oms, "o1", 5).await;
    oms.embedded
        .book
        .write(|tx| {
            tx.execute_batch(BOUND)?;
            Ok(())
        })
        .await
        .unwrap();
    place(&oms, "o2", 1).await;
    count(&oms, "s2", 1).await;
    assert_eq!(backordered(&oms, "o2").await, 0);
    assert_eq!(backordered(&oms, "bound-001").await, 1);

    count(&oms, "s1", 600).await;
    assert_eq!(oms.stock("A-1", "s1"), (600, 0, 505), "so many at once");
    serve(&oms).await;
    assert_eq!(oms.stock("A-1", "s1"), (600, 0, 600));
    assert_eq!(backordered(&oms, "bound-595").await, 0);
    assert_eq!(backordered(&oms, "bound-596").await, 1);
}
