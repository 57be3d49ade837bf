//! Extensions through the engine's own API: in time, after a lapse, and where there is nothing to extend.

use super::{Bank, bank};
use crossdock_model::{Clock as _, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

/// How long the holds of these tests live.
const LIFE: Duration = Duration::from_mins(15);
const HOLD: &str = "/v1/redemptions?order=o-1";
const CAPTURE: &str = "/v1/redemption-captures";
const CANCEL: &str = "/v1/redemption-cancellations";

fn expires_at(hold: &Value) -> Timestamp {
    hold["expires_at"].as_str().unwrap().parse().unwrap()
}

/// The kinds of all movements but the opening ones, the oldest first.
fn kinds(bank: &Bank) -> Vec<Value> {
    let entries = bank.embedded.book.table("entry").unwrap();
    let kinds = entries.iter().map(|entry| entry["kind"].clone());
    kinds.filter(|kind| *kind != "opening").collect()
}

/// What a hold writes; that the balance agrees with it is checked where the balance is asked for.
fn books(bank: &Bank) -> Vec<Value> {
    ["hold", "hold_lot", "hold_release", "lot", "entry"]
        .into_iter()
        .map(|table| json!(bank.embedded.book.table(table).unwrap()))
        .collect()
}

#[tokio::test]
async fn a_hold_lasts_longer_and_nothing_else_changes() {
    let bank = bank().await;
    let (_, mut promised) = bank.hold("o-1", 1000).await;
    bank.clock.advance(Duration::from_mins(10));
    let (status, extended) = bank.extend("o-1", 900).await;
    assert_eq!(
        (status, expires_at(&extended)),
        (200, bank.clock.now() + LIFE)
    );
    promised["expires_at"] = extended["expires_at"].clone();
    assert_eq!(extended, promised);
    assert_eq!(bank.get(HOLD).await, (200, promised));
    bank.clock.advance(Duration::from_mins(10));
    assert_eq!(bank.balance().await, [500, 0, 1000, 0]);
    assert_eq!(kinds(&bank), ["hold"]);
    assert_eq!(bank.of_order(CAPTURE, "o-1").await.0, 200);
}

#[tokio::test]
async fn a_hold_is_never_shortened() {
    let bank = bank().await;
    let promised = bank.hold("o-1", 1000).await;
    assert_eq!(bank.extend("o-1", 60).await, promised);
    assert_eq!(bank.get(HOLD).await, promised);
}

#[tokio::test]
async fn a_lapsed_hold_is_made_again_from_what_is_there_now() {
    let bank = bank().await;
    let (_, promised) = bank.hold("o-1", 1000).await;
    assert_eq!(
        promised["lots"],
        json!([{"lot": "lot-1", "quantity": 900}, {"lot": "lot-2", "quantity": 100}])
    );
    bank.clock.advance(LIFE);
    bank.hold("o-2", 500).await;
    bank.of_order(CAPTURE, "o-2").await;
    assert_eq!(bank.balance().await, [1000, 0, 0, 0]);
    let (status, again) = bank.extend("o-1", 900).await;
    assert_eq!(
        (status, &again["id"], &again["status"]),
        (200, &promised["id"], &json!("held"))
    );
    assert_eq!(
        again["lots"],
        json!([{"lot": "lot-1", "quantity": 400}, {"lot": "lot-2", "quantity": 600}])
    );
    assert_eq!(expires_at(&again), bank.clock.now() + LIFE);
    assert_eq!(bank.get(HOLD).await, (200, again));
    assert_eq!(bank.balance().await, [0, 0, 1000, 0]);
    let moved = ["hold", "expire-hold", "hold", "burn", "hold"];
    assert_eq!(kinds(&bank), moved);
    assert_eq!(bank.of_order(CAPTURE, "o-1").await.1["points"], 1000);
    assert_eq!(bank.balance().await, [0, 0, 0, 0]);
    let (_, refunded) = bank.refund("o-1", "r-1", &[("A#1", 700)]).await;
    assert_eq!(
        refunded["lots"],
        json!([{"lot": "lot-2", "quantity": 600}, {"lot": "lot-1", "quantity": 100}])
    );
    assert_eq!(bank.balance().await, [700, 0, 0, 0]);
}

#[tokio::test]
async fn a_hold_that_was_made_again_lapses_and_is_released_like_a_fresh_one() {
    let bank = bank().await;
    bank.hold("o-1", 1000).await;
    for _again in 0..2 {
        bank.clock.advance(LIFE);
        let (status, error) = bank.of_order(CAPTURE, "o-1").await;
        assert_eq!(
            (status, &error["error"]["code"]),
            (410, &json!("hold_lapsed"))
        );
        assert_eq!(bank.extend("o-1", 900).await.0, 200);
        assert_eq!(bank.balance().await, [500, 0, 1000, 0]);
    }
    let released = bank.of_order(CANCEL, "o-1").await;
    assert_eq!((released.0, &released.1["points"]), (200, &json!(1000)));
    assert_eq!(bank.balance().await, [1500, 0, 0, 0]);
    let (status, error) = bank.extend("o-1", 900).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (409, &json!("redemption_cancelled"))
    );
}

#[tokio::test]
async fn a_lapsed_hold_whose_points_were_spent_is_refused_and_leaves_nothing() {
    let bank = bank().await;
    bank.hold("o-1", 1000).await;
    bank.clock.advance(LIFE);
    bank.hold("o-2", 501).await;
    let before = books(&bank);
    let (status, error) = bank.extend("o-1", 900).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (409, &json!("insufficient_points"))
    );
    assert_eq!(books(&bank), before);
    assert_eq!(bank.get(HOLD).await.1["status"], "expired");
    assert_eq!(bank.balance().await, [999, 0, 501, 0]);
}

#[tokio::test]
async fn a_lapsed_hold_whose_lot_ran_out_is_refused_and_leaves_nothing() {
    let bank = bank().await;
    let days = 100;
    let body = json!({
        "order": "o-1", "member": "member-ada", "points": 1000, "ttl_seconds": days * 86_400,
    });
    bank.post("/v1/redemptions", body).await;
    bank.clock.advance(Duration::from_hours(24 * days));
    let before = books(&bank);
    let (status, error) = bank.extend("o-1", 900).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (409, &json!("insufficient_points"))
    );
    assert_eq!(books(&bank), before);
    assert_eq!(bank.balance().await, [600, 0, 0, 0]);
}

#[tokio::test]
async fn burnt_points_are_answered_as_they_are() {
    let bank = bank().await;
    bank.hold("o-1", 1000).await;
    bank.of_order(CAPTURE, "o-1").await;
    let burnt = bank.get(HOLD).await;
    bank.clock.advance(LIFE);
    let before = books(&bank);
    assert_eq!(bank.extend("o-1", 900).await, burnt);
    assert_eq!(burnt.1["status"], "captured");
    assert_eq!(books(&bank), before);
}

#[tokio::test]
async fn what_cannot_be_extended_is_refused() {
    let bank = bank().await;
    bank.of_order(CANCEL, "never-held").await;
    let refusals = [
        (bank.extend("unknown", 900).await, 404, "not_found"),
        (
            bank.extend("never-held", 900).await,
            409,
            "redemption_cancelled",
        ),
        (bank.extend("o-1", 0).await, 422, "nothing_asked"),
    ];
    for ((status, error), wanted, code) in refusals {
        assert_eq!(
            (status, &error["error"]["code"]),
            (wanted, &json!(code)),
            "{error}"
        );
    }
    assert_eq!(bank.balance().await, [1500, 0, 0, 0]);
}

#[tokio::test]
async fn a_key_answers_the_same_for_as_long_as_the_hold_lasts() {
    let bank = bank().await;
    bank.hold("o-1", 1000).await;
    let path = "/v1/redemption-extensions";
    let body = json!({"order": "o-1", "ttl_seconds": 900});
    let first = bank.keyed(path, "k-1", &body).await;
    assert_eq!(first.0, 200);
    bank.clock.advance(Duration::from_mins(5));
    assert_eq!(bank.keyed(path, "k-1", &body).await, first);
    let other = json!({"order": "o-1", "ttl_seconds": 901});
    assert_eq!(bank.keyed(path, "k-1", &other).await.0, 422);
    bank.clock.advance(LIFE);
    let (status, again) = bank.keyed(path, "k-1", &body).await;
    assert_eq!((status, expires_at(&again)), (200, bank.clock.now() + LIFE));
    assert_eq!(kinds(&bank), ["hold", "expire-hold", "hold"]);
    assert_eq!(bank.balance().await, [500, 0, 1000, 0]);
    bank.of_order(CANCEL, "o-1").await;
    let (_, error) = bank.keyed(path, "k-1", &body).await;
    assert_eq!(error["error"]["code"], "redemption_cancelled");
}
