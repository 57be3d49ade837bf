//! The engine's habits, through its own API and its books.

mod bank;
mod extensions;
mod runs;

pub(crate) use bank::{Bank, bank};

use crate::{Seed, expiry};
use crossdock_books::{FaultKind, Times};
use crossdock_model::{Clock as _, Timestamp};
use crossdock_outbound::{Endpoint, IDEMPOTENCY_KEY};
use http::header::AUTHORIZATION;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn the_golden_journey_moves_the_points_as_written() {
    let bank = bank().await;
    assert_eq!(bank.balance().await, [1500, 0, 0, 0]);
    assert_eq!(bank.hold("o-1", 1000).await.0, 200);
    assert_eq!(bank.balance().await, [500, 0, 1000, 0]);
    assert_eq!(
        bank.of_order("/v1/redemption-captures", "o-1").await.1["points"],
        1000
    );
    bank.earn("o-1", &[("A#1..A#2", 32), ("B#1", 20)]).await;
    assert_eq!(bank.balance().await, [500, 84, 0, 0]);
    bank.refund("o-1", "r-1", &[("A#1", 381)]).await;
    let (_, reversal) = bank
        .units("/v1/earning-reversals", "o-1", "r-1", &["A#1"])
        .await;
    assert_eq!(
        (&reversal["from_pending"], &reversal["debt"]),
        (&json!(32), &json!(0))
    );
    assert_eq!(bank.balance().await, [881, 52, 0, 0]);
    let (_, maturity) = bank
        .units(
            "/v1/earning-maturities",
            "o-1",
            "cap-1",
            &["A#1..A#2", "B#1"],
        )
        .await;
    assert_eq!(maturity["points"], 52);
    assert_eq!(bank.balance().await, [933, 0, 0, 0]);
}

#[tokio::test]
async fn everything_done_twice_is_done_once() {
    let bank = bank().await;
    let first = bank.hold("o-1", 1000).await;
    assert_eq!(bank.hold("o-1", 1000).await, first);
    assert_eq!(
        bank.hold("o-1", 999).await.1["error"]["code"],
        "reference_taken"
    );
    let burnt = bank.of_order("/v1/redemption-captures", "o-1").await;
    assert_eq!(bank.of_order("/v1/redemption-captures", "o-1").await, burnt);
    let earned = bank.earn("o-1", &[("A#1", 32)]).await;
    assert_eq!(bank.earn("o-1", &[("A#1", 32)]).await, earned);
    assert_eq!(
        bank.earn("o-1", &[("A#1", 33)]).await.1["error"]["code"],
        "reference_taken"
    );
    for path in ["/v1/earning-maturities", "/v1/earning-reversals"] {
        let once = bank.units(path, "o-1", "c-1", &["A#1"]).await;
        assert_eq!(bank.units(path, "o-1", "c-1", &["A#1"]).await, once);
        assert_eq!(bank.units(path, "o-1", "c-1", &["B#1"]).await.0, 409);
        assert_eq!(bank.get(&format!("{path}?order=o-1&cause=c-1")).await, once);
    }
    let refunded = bank.refund("o-1", "c-1", &[("A#1", 400)]).await;
    assert_eq!(bank.refund("o-1", "c-1", &[("A#1", 400)]).await, refunded);
    assert_eq!(bank.balance().await, [900, 0, 0, 0]);
}

#[tokio::test]
async fn a_key_answers_the_same_for_48_hours_and_not_for_another_request() {
    let bank = bank().await;
    let body =
        json!({"order": "o-1", "member": "member-ada", "points": 10, "ttl_seconds": 600_000});
    let first = bank.keyed("/v1/redemptions", "k-1", &body).await;
    assert_eq!(bank.keyed("/v1/redemptions", "k-1", &body).await, first);
    let other =
        json!({"order": "o-2", "member": "member-ada", "points": 10, "ttl_seconds": 600_000});
    let (status, error) = bank.keyed("/v1/redemptions", "k-1", &other).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (422, &json!("idempotency_key_reused"))
    );
    bank.clock
        .advance(crate::engine::KEY_RETENTION + Duration::from_secs(1));
    assert_eq!(bank.keyed("/v1/redemptions", "k-1", &other).await.0, 200);
}

#[tokio::test]
async fn a_release_frees_the_points_and_refuses_whatever_comes_late() {
    let bank = bank().await;
    let body = json!({"order": "o-1", "member": "member-ada", "points": 1000, "ttl_seconds": 900});
    bank.keyed("/v1/redemptions", "k-1", &body).await;
    let freed = bank.of_order("/v1/redemption-cancellations", "o-1").await;
    assert_eq!(freed.1["points"], 1000);
    assert_eq!(
        bank.of_order("/v1/redemption-cancellations", "o-1").await,
        freed
    );
    let late = bank.keyed("/v1/redemptions", "k-1", &body).await;
    assert_eq!(late.1["error"]["code"], "redemption_cancelled");
    assert_eq!(
        bank.of_order("/v1/redemption-cancellations", "o-2").await.1["points"],
        0
    );
    assert_eq!(
        bank.hold("o-2", 10).await.1["error"]["code"],
        "redemption_cancelled"
    );
    assert_eq!(bank.of_order("/v1/redemption-captures", "o-1").await.0, 409);
    assert_eq!(bank.balance().await, [1500, 0, 0, 0]);
    let releases = bank.embedded.book.table("hold_release").unwrap();
    assert_eq!(
        releases
            .iter()
            .filter(|row| row["reference"] == "o-1")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_hold_lapses_by_itself_and_cannot_be_burnt_after() {
    let bank = bank().await;
    bank.hold("o-1", 1000).await;
    bank.clock.advance(Duration::from_mins(15));
    assert_eq!(
        bank.of_order("/v1/redemption-captures", "o-1").await.1["error"]["code"],
        "hold_lapsed"
    );
    let seed = Arc::new(Seed::demo());
    assert_eq!(
        expiry::expire_all_due(&bank.embedded.book, &seed)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        expiry::expire_all_due(&bank.embedded.book, &seed)
            .await
            .unwrap(),
        0
    );
    let releases = bank.embedded.book.table("hold_release").unwrap();
    assert_eq!(
        (releases.len(), &releases[0]["cause"]),
        (1, &json!("expiry"))
    );
    assert_eq!(bank.of_order("/v1/redemption-captures", "o-1").await.0, 410);
    assert_eq!(
        bank.get("/v1/redemptions?order=o-1").await.1["status"],
        "expired"
    );
    assert_eq!(bank.balance().await, [1500, 0, 0, 0]);
    assert_eq!(
        bank.hold("o-1", 1000).await.0,
        200,
        "a lapsed hold may be held again"
    );
    assert_eq!(bank.balance().await, [500, 0, 1000, 0]);
}

#[tokio::test]
async fn more_than_there_is_is_refused_and_leaves_nothing() {
    let bank = bank().await;
    bank.hold("o-1", 1000).await;
    let (status, error) = bank.hold("o-2", 501).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (409, &json!("insufficient_points"))
    );
    assert_eq!(bank.embedded.book.table("hold").unwrap().len(), 1);
    let stranger = json!({"order": "o-3", "member": "nobody", "points": 1, "ttl_seconds": 1});
    assert_eq!(bank.post("/v1/redemptions", stranger).await.0, 404);
}

#[tokio::test]
async fn points_that_do_not_add_up_in_64_bits_are_refused_and_leave_nothing() {
    let bank = bank().await;
    bank.hold("o-2", 100).await;
    bank.of_order("/v1/redemption-captures", "o-2").await;
    let before = bank.balance().await;
    let too_many: [&[(&str, i64)]; 3] = [
        &[("A#1", i64::MAX), ("A#2", i64::MAX)],
        &[("A#1..A#4294967295", i64::MAX)],
        &[("A#1..A#10000", 100_000_000), ("B#1", 1)],
    ];
    for runs in too_many {
        let earned = bank.earn("o-1", runs).await;
        let refunded = bank.refund("o-2", "r-1", runs).await;
        for (status, error) in [earned, refunded] {
            let code = &error["error"]["code"];
            assert_eq!((status, code), (422, &json!("amount_too_large")));
        }
    }
    assert_eq!(bank.balance().await, before);
    assert_eq!(bank.embedded.book.table("accrual").unwrap(), []);
}

#[tokio::test]
async fn points_that_were_spent_become_a_debt_which_comes_back_first() {
    let bank = bank().await;
    bank.earn("o-1", &[("A#1", 84)]).await;
    bank.units("/v1/earning-maturities", "o-1", "cap-1", &["A#1"])
        .await;
    bank.hold("o-2", 1560).await;
    bank.of_order("/v1/redemption-captures", "o-2").await;
    assert_eq!(bank.balance().await, [24, 0, 0, 0]);
    let (_, reversal) = bank
        .units("/v1/earning-reversals", "o-1", "r-1", &["A#1"])
        .await;
    assert_eq!(
        (&reversal["from_available"], &reversal["debt"]),
        (&json!(24), &json!(60))
    );
    assert_eq!(bank.balance().await, [0, 0, 0, 60]);
    let (_, refunded) = bank.refund("o-2", "r-2", &[("X#1", 100)]).await;
    assert_eq!(refunded["debt_paid"], 60);
    assert_eq!(bank.balance().await, [40, 0, 0, 0]);
    let (status, error) = bank.refund("o-2", "r-3", &[("X#2", 1461)]).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (409, &json!("refund_too_large"))
    );
    assert_eq!(bank.refund("o-2", "r-3", &[("X#2", 1460)]).await.0, 200);
    assert_eq!(bank.balance().await, [1500, 0, 0, 0]);
}

#[tokio::test]
async fn maturing_points_pay_a_debt_first() {
    let bank = bank().await;
    bank.earn("o-1", &[("A#1", 100)]).await;
    bank.units("/v1/earning-maturities", "o-1", "cap-1", &["A#1"])
        .await;
    bank.hold("o-2", 1600).await;
    bank.of_order("/v1/redemption-captures", "o-2").await;
    bank.units("/v1/earning-reversals", "o-1", "r-1", &["A#1"])
        .await;
    assert_eq!(bank.balance().await, [0, 0, 0, 100]);
    bank.earn("o-3", &[("A#1", 130)]).await;
    let (_, maturity) = bank
        .units("/v1/earning-maturities", "o-3", "cap-3", &["A#1"])
        .await;
    assert_eq!(maturity["debt_paid"], 100);
    assert_eq!(bank.balance().await, [30, 0, 0, 0]);
}

#[tokio::test]
async fn points_come_back_to_their_lots_and_to_a_grace_where_those_expired() {
    let bank = bank().await;
    bank.hold("o-1", 1000).await;
    bank.of_order("/v1/redemption-captures", "o-1").await;
    let (_, refunded) = bank.refund("o-1", "r-1", &[("A#1", 150)]).await;
    assert_eq!(
        refunded["lots"],
        json!([{"lot": "lot-2", "quantity": 100}, {"lot": "lot-1", "quantity": 50}])
    );
    bank.clock.advance(Duration::from_hours(24 * 100));
    assert_eq!(
        bank.balance().await,
        [600, 0, 0, 0],
        "what came back to the first lot expired with it"
    );
    let (_, refunded) = bank.refund("o-1", "r-2", &[("B#1", 200)]).await;
    let (_, account) = bank.get("/v1/accounts?member=member-ada").await;
    let lots = account["lots"].as_array().unwrap();
    let grace = lots
        .iter()
        .find(|lot| lot["id"] == refunded["lots"][0]["lot"])
        .unwrap();
    let expires: Timestamp = grace["expires_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(expires, bank.clock.now() + Duration::from_hours(24 * 30));
    assert_eq!(bank.balance().await, [800, 0, 0, 0]);
}

#[tokio::test]
async fn tiers_follow_what_was_earned_and_not_the_balance() {
    let bank = bank().await;
    let tier = async || bank.get("/v1/accounts?member=member-ada").await.1["tier"].clone();
    assert_eq!(tier().await, "silver");
    bank.earn("o-1", &[("A#1", 4000)]).await;
    assert_eq!(tier().await, "silver", "pending points do not count");
    bank.units("/v1/earning-maturities", "o-1", "cap-1", &["A#1"])
        .await;
    assert_eq!(tier().await, "gold");
    bank.hold("o-2", 5000).await;
    bank.of_order("/v1/redemption-captures", "o-2").await;
    assert_eq!(tier().await, "gold", "burning changes no tier");
    bank.units("/v1/earning-reversals", "o-1", "r-1", &["A#1"])
        .await;
    assert_eq!(tier().await, "silver");
}

#[tokio::test]
async fn nobody_comes_in_without_key_or_merchant_and_sees_another_merchants_members() {
    let bank = bank().await;
    let router = bank.embedded.router.clone();
    let nobody = Endpoint::local(router.clone());
    assert_eq!(
        nobody
            .get("/v1/accounts?member=member-ada")
            .send()
            .await
            .unwrap()
            .status,
        401
    );
    let keyed = nobody.with_header(AUTHORIZATION, "Bearer key");
    assert_eq!(
        keyed
            .get("/v1/accounts?member=member-ada")
            .send()
            .await
            .unwrap()
            .status,
        400
    );
    let other = keyed.with_header("x-merchant".parse().unwrap(), "other");
    assert_eq!(
        other
            .get("/v1/accounts?member=member-ada")
            .send()
            .await
            .unwrap()
            .status,
        404
    );
    assert_eq!(
        other
            .get("/v1/entries?member=member-ada")
            .send()
            .await
            .unwrap()
            .status,
        404
    );
}

#[tokio::test]
async fn a_lost_answer_leaves_one_effect_that_the_key_finds_again() {
    let bank = bank().await;
    bank.embedded.faults().arm(
        "POST /v1/redemptions",
        FaultKind::AnswerLost,
        Times::Next(1),
    );
    let body = json!({"order": "o-1", "member": "member-ada", "points": 1000, "ttl_seconds": 900});
    let lost = bank
        .client
        .post("/v1/redemptions")
        .header(IDEMPOTENCY_KEY, "k-1")
        .json(&body)
        .send()
        .await;
    assert!(lost.is_err());
    assert_eq!(bank.keyed("/v1/redemptions", "k-1", &body).await.0, 200);
    assert_eq!(bank.balance().await, [500, 0, 1000, 0]);
    assert_eq!(
        bank.get("/v1/entries?member=member-ada").await.1["entries"][0]["kind"],
        "hold"
    );
}
