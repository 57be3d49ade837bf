//! The OMS with years of orders behind it: no request and no round of its own costs more for them.

use crate::tests::{Oms, five_stores, hold, item, order};
use crate::{advance, backorder, hold as reservations};
use crossdock_books::growth::{History, Measuring};
use http::Method;
use serde_json::json;
use std::time::Duration;

const HISTORY: History<'_> = History {
    tables: "
INSERT INTO stock_move (id, sku, location, condition, on_hand, reserved, allocated, cause, merchant, reference, at)
  SELECT i + 1000, 'A-1', 's1', 'new', 0, 0, 0, 'ship', 'acme', printf('old-%08d', i), 0 FROM n;
INSERT INTO reservation (number, merchant, reference, state, request, partial, expires_at, created_at)
  SELECT i, 'acme', printf('old-%08d', i), 'CONSUMED', '', 0, 0, 0 FROM n;
INSERT INTO reservation_line (reservation, item, sku, location, asked, got) SELECT i, 'A', 'A-1', 's1', 1, 1 FROM n;
INSERT INTO reservation_release (reservation, cause, units, at) SELECT i, 'order', 1, 0 FROM n;
INSERT INTO tombstone SELECT 'acme', 'hold', printf('gone-%08d', i), 0 FROM n;
INSERT INTO customer_order (number, merchant, reference, state, request, gated, created_at)
  SELECT i, 'acme', printf('old-%08d', i), 'SHIPPED', '', 1, 0 FROM n;
INSERT INTO order_line (customer_order, item, sku, route, quantity, backordered, shipped) SELECT i, 'A', 'A-1', 'STORE_FIRST', 1, 0, 1 FROM n;
INSERT INTO fulfilment_order (number, customer_order, merchant, location, state, version, attempt, authorised, short, updated_at)
  SELECT i, i, 'acme', 's1', 'SHIPPED', 5, 1, 1, 0, 0 FROM n;
INSERT INTO fulfilment_line (fulfilment_order, item, sku, quantity, picked) SELECT i, 'A', 'A-1', 1, 1 FROM n;
INSERT INTO shipment (fulfilment_order, carrier, tracking, at) SELECT i, 'ups', '1Z', 0 FROM n;
INSERT INTO line_cancellation (number, merchant, reference, request, customer_order, at) SELECT i, 'acme', printf('old-%08d', i), '', i, 0 FROM n;
INSERT INTO line_cancellation_part (line_cancellation, item, sku, location, quantity) SELECT i, 'A', 'A-1', 's1', 1 FROM n;
INSERT INTO receipt (merchant, reference, request, order_reference, location, at) SELECT 'acme', printf('old-%08d', i), '', 'old', 's1', 0 FROM n;
INSERT INTO receipt_line (receipt, item, sku, quantity, disposition, condition) SELECT i, 'A', 'A-1', 1, 'RESTOCK', 'new' FROM n;",
    bounded: &["kept_answer", "location", "stock"],
    grows: &[],
    scans: &[
        ("location", "a few dozen places"),
    ],
    unmeasured: &[
        ("SELECT EXISTS (SELECT 1 FROM location)", "of the seed"),
        ("INSERT INTO location", "of the seed"),
    ],
    package: env!("CARGO_MANIFEST_DIR"),
};

async fn shown(oms: &Oms, method: Method, path: &str) {
    let (status, body) = oms.ask(method, path, json!({})).await;
    assert_eq!(status, 200, "{path}: {body}");
}

/// An order from its reservation to its return, with a part that is not found and a location that refuses.
async fn an_order(oms: &Oms) {
    let items = [item("A", "A-1", 3)];
    oms.post("/v1/acme/holds", hold("o1", &items, false)).await;
    oms.post("/v1/acme/holds", hold("o1", &items, false)).await;
    let made = oms.post("/v1/acme/orders", order("o1", &items)).await;
    oms.post("/v1/acme/orders", order("o1", &items)).await;
    let no = made["fulfilments"][0]["no"].as_str().unwrap();
    oms.work(no, "accept").await;
    let found = json!({"items": [{"item": "A", "picked": 1}]});
    oms.post(&format!("/v1/acme/fulfilments/{no}/pick"), found)
        .await;
    for step in ["pack", "authorise", "ship"] {
        oms.work(no, step).await;
    }
    let (_, now) = oms.ask(Method::GET, "/v1/acme/orders/o1", json!({})).await;
    let rest = now["fulfilments"][1]["no"].as_str().unwrap();
    let refusal = json!({"reason": "closed"});
    oms.post(&format!("/v1/acme/fulfilments/{rest}/reject"), refusal)
        .await;
    let back = json!({"returnNo": "r1", "orderNo": "o1", "node": "s2",
        "items": [{"item": "A", "sku": "A-1", "qty": 1, "disposition": "RESTOCK"}]});
    oms.post("/v1/acme/receipts", back.clone()).await;
    oms.post("/v1/acme/receipts", back).await;
    shown(oms, Method::GET, &format!("/v1/acme/fulfilments/{no}")).await;
    shown(oms, Method::GET, "/v1/acme/receipts/r1").await;
}

/// An order that is cancelled line by line: one goes and one shrinks, then nothing is left of its parcel.
async fn an_order_cancelled_by_lines(oms: &Oms) {
    let items = [item("A", "A-1", 2), item("B", "A-1", 2)];
    oms.post("/v1/acme/orders", order("o8", &items)).await;
    let path = "/v1/acme/orders/o8/line-cancellations";
    let most = json!({"cancellationNo": "c1",
        "items": [{"item": "A", "qty": 2}, {"item": "B", "qty": 1}]});
    oms.post(path, most.clone()).await;
    oms.post(path, most).await;
    let rest = json!({"cancellationNo": "c2", "items": [{"item": "B", "qty": 1}]});
    oms.post(path, rest).await;
    shown(oms, Method::GET, "/v1/acme/line-cancellations/c1").await;
}

/// Somebody counts a shelf that a picker found too few on, and goods come back, while an order waits for both.
async fn stock_comes(oms: &Oms) {
    let count = json!({"node": "s1", "sku": "A-1", "counted": 5});
    oms.post("/v1/acme/counts", count).await;
    let back = json!({"returnNo": "r2", "orderNo": "o1", "node": "s4",
        "items": [{"item": "A", "sku": "A-1", "qty": 1, "disposition": "RESTOCK"}]});
    oms.post("/v1/acme/receipts", back).await;
    let (_, now) = oms.ask(Method::GET, "/v1/acme/orders/o6", json!({})).await;
    let attempts = now["fulfilments"].as_array().unwrap();
    let attempts = attempts.iter().map(|one| one["attempt"].as_u64());
    assert_eq!(attempts.max().flatten(), Some(3), "both were given to it");
    assert!(now["items"][0]["backordered"].as_u64() > Some(0));
}

/// One reservation is given back, and one that never was.
async fn reservations_that_end(oms: &Oms) {
    let all = [item("A", "A-1", 40)];
    oms.post("/v1/acme/holds", hold("o2", &all, true)).await;
    shown(oms, Method::GET, "/v1/acme/holds/o2").await;
    shown(oms, Method::DELETE, "/v1/acme/holds/o2").await;
    shown(oms, Method::DELETE, "/v1/acme/holds/o3").await;
}

async fn a_day_after(rows: usize) -> Measuring {
    let oms = Oms::seeded(five_stores()).await;
    let measuring = HISTORY.fill(&oms.embedded.book, rows).unwrap();
    an_order(&oms).await;
    reservations_that_end(&oms).await;
    let few = [item("A", "A-1", 2)];
    oms.post("/v1/acme/orders", order("o4", &few)).await;
    oms.post("/v1/acme/orders/o4/cancel", json!({})).await;
    oms.post("/v1/acme/orders/o5/cancel", json!({})).await;
    an_order_cancelled_by_lines(&oms).await;
    oms.post("/v1/acme/holds", hold("o7", &few, true)).await;
    let longer = json!({"ttlSeconds": 900});
    oms.post("/v1/acme/holds/o7/extend", longer.clone()).await;
    let too_many = [item("A", "A-1", 90)];
    oms.post("/v1/acme/orders", order("o6", &too_many)).await;
    stock_comes(&oms).await;
    assert!(advance(&oms.embedded.book).await.unwrap() > 0);
    oms.clock.advance(Duration::from_mins(15));
    shown(&oms, Method::GET, "/v1/stock?skus=A-1").await;
    oms.embedded
        .book
        .write(reservations::expire_due)
        .await
        .unwrap();
    oms.post("/v1/acme/holds/o7/extend", longer).await;
    backorder::serve_all(&oms.embedded.book).await.unwrap();
    measuring
}

#[tokio::test]
async fn no_request_costs_more_with_a_long_history() {
    let (short, long) = (a_day_after(1_000).await, a_day_after(100_000).await);
    assert_eq!(HISTORY.complaints(&short, &long).unwrap(), [""; 0]);
}
