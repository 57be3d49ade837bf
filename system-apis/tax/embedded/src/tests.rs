//! The engine's habits, through its own API.

use crate::{Seed, Settings, backend};
use crossdock_books::Embedded;
use crossdock_model::Timestamp;
use crossdock_outbound::Endpoint;
use crossdock_runtime::ManualClock;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct Engine {
    pub(crate) embedded: Embedded,
    pub(crate) client: Endpoint,
    clock: Arc<ManualClock>,
}

pub(crate) async fn engine() -> Engine {
    let clock = Arc::new(ManualClock::at(
        "2026-11-23T20:00:00Z".parse::<Timestamp>().unwrap(),
    ));
    let settings = Settings {
        api_key: "key".into(),
        seed: Seed::demo(),
    };
    let embedded = backend(None, Arc::clone(&clock) as _, settings)
        .await
        .unwrap();
    let client = Endpoint::local(embedded.router.clone()).with_header(AUTHORIZATION, "Bearer key");
    Engine {
        embedded,
        client,
        clock,
    }
}

impl Engine {
    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let reply = self.client.post(path).json(&body).send().await.unwrap();
        (reply.status.as_u16(), reply.json().unwrap())
    }

    pub(crate) async fn calculate(
        &self,
        place: (&str, &str),
        currency: &str,
        lines: &[(&str, i64)],
    ) -> (u16, Value) {
        let place = json!({"country": place.0, "region": place.1, "postal_code": ""});
        let lines: Vec<Value> = lines
            .iter()
            .map(
                |(category, amount)| json!({"number": "A", "tax_code": category, "amount": amount}),
            )
            .collect();
        let body = json!({"company": "acme", "currency": currency, "ship_from": place,
            "ship_to": place, "lines": lines});
        self.post("/v1/calculations", body).await
    }

    async fn taxes(&self, place: (&str, &str), currency: &str, lines: &[(&str, i64)]) -> Vec<i64> {
        let (status, answer) = self.calculate(place, currency, lines).await;
        assert_eq!(status, 200, "{answer}");
        let lines = answer["lines"].as_array().unwrap().iter();
        lines.map(|line| line["tax"].as_i64().unwrap()).collect()
    }

    pub(crate) async fn commit(&self, amount: i64, tax: i64) -> (u16, Value) {
        let body = json!({"company": "acme", "code": "ship-1", "order_number": "o-1", "currency": "USD",
            "lines": [{"number": "A", "amount": amount, "tax": tax}]});
        self.post("/v1/transactions", body).await
    }

    pub(crate) async fn refund(&self, code: &str, amount: i64, tax: i64) -> (u16, Value) {
        let body = json!({"company": "acme", "transaction_code": "ship-1", "code": code, "currency": "USD",
            "lines": [{"number": "A", "amount": amount, "tax": tax}]});
        self.post("/v1/refunds", body).await
    }
}

#[tokio::test]
async fn the_golden_amounts_bear_the_golden_taxes() {
    let engine = engine().await;
    let texas = [6438, 2012, 7200, 2250].map(|amount| ("general", amount));
    assert_eq!(
        engine.taxes(("US", "TX"), "USD", &texas).await,
        [531, 166, 594, 186]
    );
    let new_york = [("general", 5437), ("general", 1280), ("shipping", 495)];
    assert_eq!(
        engine.taxes(("US", "NY"), "USD", &new_york).await,
        [483, 114, 44]
    );
    let shipping = [("shipping", 500)];
    assert_eq!(engine.taxes(("US", "TX"), "USD", &shipping).await, [0]);
    assert_eq!(
        engine
            .taxes(("DE", "BE"), "EUR", &[("general", 1000)])
            .await,
        [190]
    );
    assert_eq!(
        engine.taxes(("JP", "13"), "JPY", &[("general", 105)]).await,
        [11]
    );
    assert_eq!(
        engine.taxes(("KW", ""), "KWD", &[("general", 1000)]).await,
        [0]
    );
}

#[tokio::test]
async fn a_place_or_a_category_without_rates_is_refused() {
    let engine = engine().await;
    let (status, nowhere) = engine
        .calculate(("US", "OR"), "USD", &[("general", 1)])
        .await;
    assert_eq!(
        (status, &nowhere["error"]["code"]),
        (422, &json!("jurisdiction_unknown"))
    );
    let (status, unknown) = engine.calculate(("US", "TX"), "USD", &[("boats", 1)]).await;
    assert_eq!(
        (status, &unknown["error"]["code"]),
        (422, &json!("tax_code_unknown"))
    );
    assert_eq!(unknown["error"]["details"]["line"], 0);
}

#[tokio::test]
async fn a_rate_changes_at_midnight_and_no_calculation_outlives_it() {
    let engine = engine().await;
    let tomorrow = json!({"country": "US", "region": "TX", "category": "general",
        "valid-from": "2026-11-24", "rate-millionths": 90_000});
    assert_eq!(engine.post("/v1/rates", tomorrow.clone()).await.0, 200);
    let (_, before) = engine
        .calculate(("US", "TX"), "USD", &[("general", 10_000)])
        .await;
    assert_eq!(before["total"], 825);
    let midnight: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    assert_eq!(before["expires"], midnight.as_millisecond());
    engine.clock.advance(Duration::from_hours(4));
    let find = format!(
        "/v1/calculations?company=acme&id={}",
        before["id"].as_str().unwrap()
    );
    let gone = engine.client.get(find).send().await.unwrap();
    assert_eq!(gone.status.as_u16(), 410);
    let (_, after) = engine
        .calculate(("US", "TX"), "USD", &[("general", 10_000)])
        .await;
    assert_eq!(after["total"], 900);
    assert_eq!(engine.post("/v1/rates", tomorrow).await.0, 409);
}

#[tokio::test]
async fn a_code_is_committed_once_and_never_with_other_content() {
    let engine = engine().await;
    let (status, first) = engine.commit(6438, 531).await;
    assert_eq!(status, 200);
    assert_eq!(engine.commit(6438, 531).await, (200, first));
    assert_eq!(engine.commit(6438, 530).await.0, 409);
    assert_eq!(engine.embedded.book.table("transactions").unwrap().len(), 1);
}

#[tokio::test]
async fn amounts_and_taxes_beyond_what_books_add_up_are_refused() {
    let engine = engine().await;
    let line = |number: &str| json!({"number": number, "amount": i64::MAX / 2 + 1, "tax": i64::MAX / 2 + 1});
    let body = json!({"company": "acme", "code": "ship-2", "order_number": "o-2", "currency": "USD",
        "lines": [line("A"), line("B")]});
    for refused in [
        engine.post("/v1/transactions", body).await,
        engine.commit(1, i64::MAX).await,
        engine
            .calculate(("DE", "BE"), "EUR", &[("general", i64::MAX); 9])
            .await,
    ] {
        let code = &refused.1["error"]["code"];
        assert_eq!((refused.0, code), (422, &json!("amount_too_large")));
    }
    assert!(
        engine
            .embedded
            .book
            .table("transactions")
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn no_more_is_taken_back_than_was_owed() {
    let engine = engine().await;
    engine.commit(6438, 531).await;
    for _time in 0..2 {
        assert_eq!(engine.refund("ret-1", 3219, 266).await.0, 200);
    }
    assert_eq!(engine.refund("ret-1", 3219, 265).await.0, 409);
    let (status, above) = engine.refund("ret-2", 3219, 266).await;
    assert_eq!(
        (status, &above["error"]["code"]),
        (409, &json!("refund_exceeds_transaction"))
    );
    assert_eq!(engine.refund("ret-2", 3219, 265).await.0, 200);
    let books = engine.client.get("/v1/books").send().await.unwrap();
    let books: Value = books.json().unwrap();
    let total = json!({"currency": "USD", "committed": 531, "reversed": 531, "owed": 0});
    assert_eq!(books["totals"][0], total);
    let summed = |table: &str| -> i64 {
        let lines = engine.embedded.book.table(table).unwrap();
        lines.iter().map(|line| line["tax"].as_i64().unwrap()).sum()
    };
    let lines = (summed("transaction_lines"), summed("refund_lines"));
    assert_eq!(lines, (531, 531), "the lines explain the total");
}
