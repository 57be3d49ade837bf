//! Short picks and counts as an outsider sees them: what is blocked, what can be sold, and what the books say.

use crate::tests::{Oms, five_stores, hold, item, order};
use crate::{LocationKind, Seed, SeedLocation, SeedStock};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;

const STORE: &str = "store-austin";

/// Two stores, `s1` with five of one SKU and `s2` that never had it.
pub(crate) fn two_stores() -> Seed {
    Seed {
        locations: ["s1", "s2"]
            .map(|code| SeedLocation {
                code: code.into(),
                kind: LocationKind::Store,
            })
            .into(),
        stock: vec![SeedStock {
            sku: "A-1".into(),
            location: "s1".into(),
            quantity: 5,
        }],
    }
}

pub(crate) async fn place(oms: &Oms, number: &str, qty: u32) {
    let items = [item("A", "A-1", qty)];
    oms.post("/v1/acme/orders", order(number, &items)).await;
}

/// A location takes a fulfilment order on and finds so many of it.
pub(crate) async fn find(oms: &Oms, no: &str, found: u32) {
    oms.work(no, "accept").await;
    let body = json!({"items": [{"item": "A", "picked": found}]});
    oms.post(&format!("/v1/acme/fulfilments/{no}/pick"), body)
        .await;
}

pub(crate) async fn count(oms: &Oms, node: &str, counted: i64) -> Value {
    oms.post("/v1/acme/counts", ask(node, "A-1", counted)).await
}

fn ask(node: &str, sku: &str, counted: i64) -> Value {
    json!({"node": node, "sku": sku, "counted": counted})
}

/// What the OMS says of the SKU at its first location.
async fn shelf(oms: &Oms) -> Value {
    let (status, body) = oms.ask(Method::GET, "/v1/stock?skus=A-1", json!({})).await;
    assert_eq!(status, 200, "{body}");
    body["stock"][0].clone()
}

/// The blocked units of a location; none where nothing was ever blocked.
fn blocked(oms: &Oms, node: &str) -> Option<i64> {
    let rows = oms.embedded.book.table("stock").unwrap();
    let is_blocked = |row: &&serde_json::Map<String, Value>| {
        row["location"] == node && row["condition"] == "blocked"
    };
    let row = rows.iter().find(is_blocked)?;
    row["on_hand"].as_i64()
}

/// Condition, on hand and allocated of the moves with that cause.
fn moves(oms: &Oms, cause: &str) -> Vec<Value> {
    let rows = oms.embedded.book.table("stock_move").unwrap();
    rows.iter()
        .filter(|row| row["cause"] == cause)
        .map(|row| json!([row["condition"], row["on_hand"], row["allocated"]]))
        .collect()
}

#[tokio::test]
async fn a_short_pick_blocks_what_the_books_still_have_of_the_shelf() {
    let oms = Oms::seeded(Seed::plenty("A-1", 5)).await;
    place(&oms, "o1", 3).await;
    find(&oms, "FO-000001", 1).await;
    assert_eq!(oms.stock("A-1", STORE), (1, 0, 1));
    assert_eq!(blocked(&oms, STORE), Some(4));
    let told = shelf(&oms).await;
    assert_eq!(
        (&told["onHand"], &told["free"], &told["blocked"]),
        (&json!(1), &json!(0), &json!(4))
    );
    assert_eq!(
        moves(&oms, "short-pick"),
        [
            json!(["new", 0, -2]),
            json!(["new", -4, 0]),
            json!(["blocked", 4, 0])
        ]
    );
    let last = oms.embedded.book.table("stock_move").unwrap();
    assert_eq!(told["seq"], last.last().unwrap()["id"]);
    let one = hold("o2", &[item("A", "A-1", 1)], false);
    assert_eq!(oms.refused("/v1/acme/holds", one).await, "out_of_stock");
}

#[tokio::test]
async fn what_others_were_promised_is_not_blocked() {
    let oms = Oms::seeded(Seed::plenty("A-1", 6)).await;
    place(&oms, "o1", 3).await;
    place(&oms, "o2", 1).await;
    let held = hold("o3", &[item("A", "A-1", 1)], false);
    oms.post("/v1/acme/holds", held).await;
    find(&oms, "FO-000001", 1).await;
    assert_eq!(oms.stock("A-1", STORE), (3, 1, 2));
    assert_eq!(blocked(&oms, STORE), Some(3));
    for step in ["accept", "pick", "pack", "authorise", "ship"] {
        oms.work("FO-000002", step).await;
    }
    assert_eq!(oms.stock("A-1", STORE), (2, 1, 1));
    assert_eq!(blocked(&oms, STORE), Some(3));
}

#[tokio::test]
async fn a_rejected_parcel_blocks_nothing() {
    let oms = Oms::seeded(five_stores()).await;
    place(&oms, "o1", 3).await;
    let body = json!({"reason": "closed"});
    oms.post("/v1/acme/fulfilments/FO-000001/reject", body)
        .await;
    assert_eq!(oms.stock("A-1", "s1"), (10, 0, 0));
    assert_eq!(blocked(&oms, "s1"), None);
    let told = shelf(&oms).await;
    assert_eq!(
        (&told["node"], &told["free"], &told["blocked"]),
        (&json!("s1"), &json!(10), &json!(0))
    );
}

#[tokio::test]
async fn a_count_unblocks_the_shelf_and_what_is_left_of_it_can_be_sold() {
    let oms = Oms::seeded(Seed::plenty("A-1", 5)).await;
    place(&oms, "o1", 3).await;
    find(&oms, "FO-000001", 1).await;
    let told = count(&oms, STORE, 2).await;
    let wanted = json!({"sku": "A-1", "node": STORE, "onHand": 2, "allocated": 1, "held": 0,
        "free": 1, "blocked": 0, "seq": told["seq"]});
    assert_eq!(told, wanted);
    assert_eq!(shelf(&oms).await, told);
    assert_eq!(blocked(&oms, STORE), Some(0));
    assert_eq!(
        moves(&oms, "count"),
        [json!(["new", 1, 0]), json!(["blocked", -4, 0])]
    );
    let rows = oms.embedded.book.table("stock_move").unwrap();
    assert_eq!(rows.last().unwrap()["reference"], STORE);
    place(&oms, "o2", 1).await;
    assert_eq!(oms.stock("A-1", STORE), (2, 0, 2));
}

#[tokio::test]
async fn the_same_count_again_writes_nothing() {
    let oms = Oms::seeded(Seed::plenty("A-1", 5)).await;
    let first = count(&oms, STORE, 4).await;
    assert_eq!(count(&oms, STORE, 4).await, first);
    assert_eq!(moves(&oms, "count"), [json!(["new", -1, 0])]);
}

#[tokio::test]
async fn fewer_may_be_counted_than_are_promised() {
    let oms = Oms::seeded(Seed::plenty("A-1", 5)).await;
    place(&oms, "o1", 3).await;
    let told = count(&oms, STORE, 1).await;
    assert_eq!((&told["onHand"], &told["free"]), (&json!(1), &json!(0)));
    assert_eq!(oms.stock("A-1", STORE), (1, 0, 3));
    find(&oms, "FO-000001", 1).await;
    assert_eq!(oms.stock("A-1", STORE), (1, 0, 1));
    assert_eq!(blocked(&oms, STORE), None, "nothing was left to block");
}

#[tokio::test]
async fn a_node_that_never_had_the_sku_has_a_shelf_of_it_once_it_was_counted() {
    let oms = Oms::seeded(two_stores()).await;
    let told = count(&oms, "s2", 0).await;
    assert_eq!((&told["node"], &told["onHand"]), (&json!("s2"), &json!(0)));
    assert_eq!(oms.stock("A-1", "s2"), (0, 0, 0));
    assert_eq!(count(&oms, "s2", 3).await["free"], 3);
    assert_eq!(oms.stock("A-1", "s2"), (3, 0, 0));
}

#[tokio::test]
async fn a_reservation_that_ran_out_holds_nothing_of_what_is_counted() {
    let oms = Oms::seeded(Seed::plenty("A-1", 5)).await;
    let held = hold("o1", &[item("A", "A-1", 5)], false);
    oms.post("/v1/acme/holds", held).await;
    oms.clock.advance(Duration::from_mins(15));
    let told = count(&oms, STORE, 4).await;
    assert_eq!((&told["held"], &told["free"]), (&json!(0), &json!(4)));
}

#[tokio::test]
async fn a_count_that_makes_no_sense_is_refused() {
    let oms = Oms::seeded(Seed::plenty("A-1", 5)).await;
    let mut stray = ask(STORE, "A-1", 1);
    stray["why"] = json!("x");
    for (request, wanted) in [
        (ask("nowhere", "A-1", 1), "unknown_node"),
        (ask(STORE, "X-9", 1), "unknown_sku"),
        (ask(STORE, "A-1", 1_000_001), "invalid_count"),
        (ask(STORE, "A-1", -1), "unreadable_body"),
        (stray, "unreadable_body"),
    ] {
        let code = oms.refused("/v1/acme/counts", request.clone()).await;
        assert_eq!(code, wanted, "{request}");
    }
    assert_eq!(oms.stock("A-1", STORE), (5, 0, 0));
}
