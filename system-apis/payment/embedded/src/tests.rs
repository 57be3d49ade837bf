//! The provider's habits, through its own API.

use crate::{Settings, backend};
use crossdock_books::{Embedded, FaultKind, Times};
use crossdock_model::Timestamp;
use crossdock_outbound::{Endpoint, EndpointError, IDEMPOTENCY_KEY, Reply};
use crossdock_runtime::{ManualClock, Tasks};
use http::header::AUTHORIZATION;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct Psp {
    pub(crate) embedded: Embedded,
    pub(crate) client: Endpoint,
    pub(crate) clock: Arc<ManualClock>,
}

fn psp_that_settles(auto_settle: Option<Duration>) -> Psp {
    let start = Timestamp::from_second(1_700_000_000).unwrap();
    let clock = Arc::new(ManualClock::at(start));
    let settings = Settings {
        api_key: "key".into(),
        auto_settle,
        webhook: None,
    };
    let embedded = backend(None, Arc::clone(&clock) as _, settings).unwrap();
    let client = Endpoint::local(embedded.router.clone()).with_header(AUTHORIZATION, "Bearer key");
    Psp {
        embedded,
        client,
        clock,
    }
}

pub(crate) fn psp() -> Psp {
    psp_that_settles(None)
}

impl Psp {
    async fn try_post(&self, path: &str, key: &str, body: &Value) -> Result<Reply, EndpointError> {
        let mut body = body.clone();
        body["merchant_account"] = json!("acme");
        self.client
            .post(path)
            .header(IDEMPOTENCY_KEY, &format!("\"{key}\""))
            .json(&body)
            .send()
            .await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: Value) -> (u16, Value) {
        let reply = self.try_post(path, key, &body).await.unwrap();
        (reply.status.as_u16(), reply.json().unwrap())
    }

    pub(crate) async fn authorise(&self, key: &str, token: &str, amount: i64) -> (u16, Value) {
        let body = json!({"reference": "o-1", "amount": amount, "currency": "USD", "token": token});
        self.post("/v1/payments", key, body).await
    }

    pub(crate) async fn capture(&self, key: &str, amount: i64, last: bool) -> (u16, Value) {
        let body = json!({"payment_reference": "o-1", "reference": "ship-1", "amount": amount,
            "currency": "USD", "final": last});
        self.post("/v1/captures", key, body).await
    }

    pub(crate) async fn refund(&self, key: &str, amount: i64) -> (u16, Value) {
        let body = json!({"payment_reference": "o-1", "reference": key, "amount": amount, "currency": "USD"});
        self.post("/v1/refunds", key, body).await
    }

    async fn cancel(&self) -> (u16, Value) {
        let body = json!({"payment_reference": "o-1"});
        self.post("/v1/cancellations", "void", body).await
    }

    pub(crate) async fn settle(&self) -> Value {
        let run = self.client.post("/v1/settlements/run").json(&json!({}));
        run.send().await.unwrap().json().unwrap()
    }

    pub(crate) fn table(&self, name: &str) -> Vec<Map<String, Value>> {
        self.embedded.book.table(name).unwrap()
    }

    /// Every account sums to what the entries say, and all accounts together to nothing.
    pub(crate) fn assert_ledger_holds(&self) {
        let entries = self.table("ledger");
        let sum = |payment: &Value, kinds: &[&str], account: &str| -> i64 {
            let of = entries.iter().filter(|entry| {
                entry["payment"] == *payment
                    && entry["account"] == account
                    && kinds.iter().any(|kind| entry["kind"] == *kind)
            });
            of.map(|entry| entry["amount"].as_i64().unwrap()).sum()
        };
        let all: i64 = entries.iter().map(|e| e["amount"].as_i64().unwrap()).sum();
        assert_eq!(all, 0);
        for total in self.table("totals") {
            let of = entries.iter().filter(|entry| {
                entry["account"] == total["account"] && entry["currency"] == total["currency"]
            });
            let amounts: Vec<i64> = of.map(|entry| entry["amount"].as_i64().unwrap()).collect();
            let (sum, count): (i64, usize) = (amounts.iter().sum(), amounts.len());
            assert_eq!(
                (&total["balance"], &total["entries"]),
                (&json!(sum), &json!(count))
            );
        }
        for balance in self.table("balances") {
            let payment = &balance["payment"];
            let pending = ["refund", "refund_settled", "refund_failed"];
            assert_eq!(
                balance["captured"],
                sum(payment, &["capture"], "receivable")
            );
            assert_eq!(
                balance["refund_pending"],
                sum(payment, &pending, "refund_payable")
            );
            assert_eq!(
                balance["refunded"],
                sum(payment, &["refund_settled", "refund_returned"], "issuer")
            );
            assert_eq!(
                balance["cancelled"].as_i64().unwrap() + balance["expired"].as_i64().unwrap(),
                sum(payment, &["cancel", "expire"], "issuer")
            );
        }
    }
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (
        answer.0,
        answer.1["error"]["code"].as_str().unwrap_or("none"),
    )
}

#[tokio::test]
async fn a_key_answers_the_same_for_a_day_and_is_then_forgotten() {
    let psp = psp();
    let (status, first) = psp.authorise("k1", "tok_visa", 9647).await;
    assert_eq!((status, &first["status"]), (200, &json!("authorised")));
    assert_eq!(psp.authorise("k1", "tok_visa", 9647).await.1, first);
    let other = psp.authorise("k1", "tok_visa", 9648).await;
    assert_eq!(code(&other), (422, "idempotency_key_reused"));
    assert_eq!(psp.table("payments").len(), 1);
    psp.clock.advance(Duration::from_hours(24));
    psp.authorise("k1", "tok_visa", 9647).await;
    assert_eq!(psp.table("payments").len(), 2);
}

#[tokio::test]
async fn an_effect_whose_answer_was_lost_is_found_by_its_reference() {
    let psp = psp();
    let faults = psp.embedded.faults();
    faults.arm("POST /v1/payments", FaultKind::AnswerLost, Times::Next(1));
    let body = json!({"reference": "o-1", "amount": 5, "currency": "USD", "token": "tok_visa"});
    let lost = psp.try_post("/v1/payments", "k1", &body).await;
    assert!(matches!(lost, Err(EndpointError::NoAnswer(_))));
    let query = "/v1/payments?merchant_account=acme&reference=o-1";
    let found: Value = psp.client.get(query).send().await.unwrap().json().unwrap();
    assert_eq!(found["data"][0]["authorised"], 5);
    let elsewhere = "/v1/payments?merchant_account=other&reference=o-1";
    let found = psp.client.get(elsewhere).send().await.unwrap();
    assert_eq!(found.json::<Value>().unwrap()["data"], json!([]));
}

#[tokio::test]
async fn a_declined_card_holds_nothing() {
    let psp = psp();
    let declined = psp.authorise("k1", "tok_declined", 100).await;
    assert_eq!(code(&declined), (402, "card_declined"));
    let unknown = psp.authorise("k2", "4111", 100).await;
    assert_eq!(code(&unknown), (422, "token_unknown"));
    let nothing = psp.authorise("k3", "tok_visa", 0).await;
    assert_eq!(code(&nothing), (422, "amount_invalid"));
    let endless = psp.authorise("k4", "tok_visa", i64::MAX).await;
    assert_eq!(code(&endless), (422, "amount_too_large"));
    assert!(psp.table("ledger").is_empty());
}

#[tokio::test]
async fn no_more_is_taken_than_was_held_and_no_more_given_back_than_was_taken() {
    let psp = psp();
    assert_eq!(code(&psp.capture("c0", 1, false).await), (404, "not_found"));
    psp.authorise("k1", "tok_visa", 9647).await;
    assert_eq!(psp.capture("c1", 6000, false).await.0, 200);
    let above = psp.capture("c2", 3648, false).await;
    assert_eq!(code(&above), (409, "amount_exceeds_authorisation"));
    assert_eq!(psp.capture("c3", 3000, true).await.0, 200);
    let nothing_left = psp.capture("c4", 1, false).await;
    assert_eq!(code(&nothing_left), (409, "amount_exceeds_authorisation"));
    assert_eq!(psp.refund("r1", 8000).await.0, 200);
    let above = psp.refund("r2", 1001).await;
    assert_eq!(code(&above), (409, "amount_exceeds_capture"));
    assert_eq!(psp.table("balances")[0]["cancelled"], 647);
    psp.assert_ledger_holds();
}

#[tokio::test]
async fn a_cancelled_reference_is_refused_whenever_its_authorisation_comes() {
    let psp = psp();
    let (status, early) = psp.cancel().await;
    assert_eq!((status, &early["cancelled"]), (200, &json!(0)));
    let late = psp.authorise("k1", "tok_visa", 100).await;
    assert_eq!(code(&late), (409, "reference_cancelled"));
    assert!(psp.table("payments").is_empty());
}

#[tokio::test]
async fn cancelling_twice_gives_up_once() {
    let psp = psp();
    psp.authorise("k1", "tok_visa", 100).await;
    psp.capture("c1", 30, false).await;
    for _time in 0..2 {
        assert_eq!(psp.cancel().await.1["cancelled"], 70);
    }
    psp.assert_ledger_holds();
}

#[tokio::test]
async fn an_authorisation_runs_out_after_seven_days() {
    let psp = psp();
    psp.authorise("k1", "tok_visa", 100).await;
    psp.clock.advance(Duration::from_hours(7 * 24));
    let over = psp.capture("c1", 100, true).await;
    assert_eq!(code(&over), (409, "authorisation_expired"));
    assert_eq!(psp.settle().await["authorisations_expired"], 1);
    let over = psp.capture("c1", 100, true).await;
    assert_eq!(code(&over), (409, "authorisation_expired"));
    psp.assert_ledger_holds();
    assert_eq!(psp.authorise("k2", "tok_visa", 100).await.0, 200);
    assert_eq!(psp.capture("c2", 100, true).await.0, 200);
}

#[tokio::test]
async fn a_refund_that_was_accepted_may_still_fail() {
    let psp = psp();
    psp.authorise("k1", "tok_refund_fails", 100).await;
    psp.capture("c1", 100, true).await;
    assert_eq!(psp.refund("r1", 40).await.1["status"], "accepted");
    let run = psp.settle().await;
    let counts = ["captures_settled", "refunds_settled", "refunds_failed"].map(|name| &run[name]);
    assert_eq!(counts, [&json!(1), &json!(0), &json!(1)]);
    let announced: Vec<Value> = psp
        .table("webhook_outbox")
        .iter()
        .map(|row| row["kind"].clone())
        .collect();
    assert_eq!(announced, ["capture.settled", "refund.failed"]);
    assert_eq!(psp.refund("r2", 100).await.0, 200);
    psp.assert_ledger_holds();
}

#[tokio::test]
async fn a_refund_may_come_from_two_payments_of_one_order() {
    let psp = psp();
    for round in ["1", "2"] {
        psp.authorise(&format!("k{round}"), "tok_visa", 50).await;
        psp.capture(&format!("c{round}"), 50, true).await;
    }
    assert_eq!(psp.refund("r1", 80).await.0, 200);
    assert_eq!(psp.settle().await["refunds_settled"], 1);
    let refunded: Vec<i64> = psp
        .table("balances")
        .iter()
        .map(|row| row["refunded"].as_i64().unwrap())
        .collect();
    assert_eq!(refunded, [50, 30]);
    psp.assert_ledger_holds();
    let ledger = psp.client.get("/v1/ledger").send().await.unwrap();
    let ledger: Value = ledger.json().unwrap();
    let balances: i64 = ledger["totals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|total| total["balance"].as_i64().unwrap())
        .sum();
    assert_eq!(balances, 0);
}

#[tokio::test]
async fn it_settles_by_itself_when_told_to() {
    let mut psp = psp_that_settles(Some(Duration::from_secs(5)));
    psp.authorise("k1", "tok_visa", 100).await;
    psp.capture("c1", 100, true).await;
    let tasks = Tasks::new();
    for (name, work) in psp.embedded.background.drain(..) {
        tasks.run(name, work(tasks.stopping()));
    }
    while psp.table("captures")[0]["status"] != "settled" {
        psp.clock.advance(Duration::from_secs(5));
        tokio::task::yield_now().await;
    }
    tasks.stop(Duration::from_secs(5)).await;
    psp.assert_ledger_holds();
}

#[tokio::test]
async fn nobody_comes_in_without_the_key() {
    let stranger = Endpoint::local(psp().embedded.router);
    let reply = stranger.get("/v1/ledger").send().await.unwrap();
    assert_eq!(reply.status.as_u16(), 401);
}
