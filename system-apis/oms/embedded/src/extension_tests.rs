//! Reservations that are extended: later, never earlier, and taken again where they had run out.

use crate::count_tests::{place, two_stores};
use crate::tests::{Oms, hold, item};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;

const LIFE: Duration = Duration::from_mins(15);

/// A store with five, of which an order holds three.
async fn three_of_five() -> Oms {
    let oms = Oms::seeded(two_stores()).await;
    let three = [item("A", "A-1", 3)];
    oms.post("/v1/acme/holds", hold("o1", &three, false)).await;
    oms
}

async fn extend(oms: &Oms, order: &str, seconds: u32) -> (u16, Value) {
    let path = format!("/v1/acme/holds/{order}/extend");
    let body = json!({"ttlSeconds": seconds});
    let (status, answer) = oms.ask(Method::POST, &path, body).await;
    (status.as_u16(), answer)
}

/// What is reserved of the SKU, and what can be sold.
async fn shelf(oms: &Oms) -> (i64, i64) {
    let (_, body) = oms.ask(Method::GET, "/v1/stock?skus=A-1", json!({})).await;
    let row = &body["stock"][0];
    (row["held"].as_i64().unwrap(), row["free"].as_i64().unwrap())
}

#[tokio::test]
async fn it_runs_out_later_and_never_earlier() {
    let oms = three_of_five().await;
    oms.clock.advance(LIFE / 3);
    let (_, first) = extend(&oms, "o1", 900).await;
    let (_, second) = extend(&oms, "o1", 60).await;
    assert_eq!(first, second);
    oms.clock.advance(LIFE / 3 * 2);
    assert_eq!(shelf(&oms).await, (3, 2));
    oms.clock.advance(LIFE / 3);
    assert_eq!(shelf(&oms).await, (0, 5));
}

#[tokio::test]
async fn what_ran_out_is_taken_again_and_ends_like_any_other() {
    let oms = three_of_five().await;
    oms.clock.advance(LIFE);
    assert_eq!(shelf(&oms).await, (0, 5));
    let (status, held) = extend(&oms, "o1", 900).await;
    assert_eq!((status, &held["state"]), (200, &json!("HELD")));
    assert_eq!(held["parts"][0]["got"], 3);
    assert_eq!(shelf(&oms).await, (3, 2));
    oms.clock.advance(LIFE);
    assert_eq!(shelf(&oms).await, (0, 5));
    extend(&oms, "o1", 900).await;
    place(&oms, "o1", 3).await;
    assert_eq!(shelf(&oms).await, (0, 2));
    let releases = oms.embedded.book.table("reservation_release").unwrap();
    let causes: Vec<&Value> = releases.iter().map(|row| &row["cause"]).collect();
    assert_eq!(causes, ["consume"]);
    let (status, consumed) = extend(&oms, "o1", 900).await;
    assert_eq!((status, &consumed["state"]), (200, &json!("CONSUMED")));
}

#[tokio::test]
async fn what_ran_out_and_was_sold_since_is_refused_and_holds_nothing() {
    let oms = three_of_five().await;
    oms.clock.advance(LIFE);
    place(&oms, "o2", 4).await;
    let (status, refused) = extend(&oms, "o1", 900).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (409, &json!("out_of_stock"))
    );
    assert_eq!(shelf(&oms).await, (0, 1));
    let (_, shown) = oms.ask(Method::GET, "/v1/acme/holds/o1", json!({})).await;
    assert_eq!(shown["state"], "EXPIRED");
}

#[tokio::test]
async fn what_was_given_back_or_never_was_is_not_extended() {
    let oms = three_of_five().await;
    oms.ask(Method::DELETE, "/v1/acme/holds/o1", json!({}))
        .await;
    let (status, refused) = extend(&oms, "o1", 900).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (409, &json!("tombstoned"))
    );
    assert_eq!(extend(&oms, "o9", 900).await.0, 404);
    assert_eq!(extend(&oms, "o9", 0).await.0, 400);
    assert_eq!(shelf(&oms).await, (0, 5));
}
