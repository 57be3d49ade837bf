//! A loyalty engine of its own for each test, as its merchant calls it.

use crate::{Seed, Settings, backend};
use crossdock_books::Embedded;
use crossdock_model::Timestamp;
use crossdock_outbound::{Endpoint, IDEMPOTENCY_KEY, Reply};
use crossdock_runtime::ManualClock;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};
use std::sync::Arc;

/// An engine in memory, a merchant of it, and a clock.
pub(crate) struct Bank {
    pub(crate) embedded: Embedded,
    pub(crate) client: Endpoint,
    pub(crate) clock: Arc<ManualClock>,
}

pub(crate) async fn bank() -> Bank {
    let clock = Arc::new(ManualClock::at(
        Timestamp::from_second(1_700_000_000).unwrap(),
    ));
    let settings = Settings {
        api_key: "key".into(),
        seed: Seed::demo(),
    };
    let embedded = backend(None, Arc::clone(&clock) as _, settings)
        .await
        .unwrap();
    let client = Endpoint::local(embedded.router.clone())
        .with_header(AUTHORIZATION, "Bearer key")
        .with_header("x-merchant".parse().unwrap(), "acme");
    Bank {
        embedded,
        client,
        clock,
    }
}

impl Bank {
    pub(crate) async fn keyed(&self, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let sent = self
            .client
            .post(path)
            .header(IDEMPOTENCY_KEY, key)
            .json(body)
            .send();
        answered(&sent.await.unwrap())
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        answered(&self.client.post(path).json(&body).send().await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        answered(&self.client.get(path).send().await.unwrap())
    }

    pub(crate) async fn hold(&self, order: &str, points: i64) -> (u16, Value) {
        let body =
            json!({"order": order, "member": "member-ada", "points": points, "ttl_seconds": 900});
        self.post("/v1/redemptions", body).await
    }

    pub(crate) async fn extend(&self, order: &str, seconds: u32) -> (u16, Value) {
        let body = json!({"order": order, "ttl_seconds": seconds});
        self.post("/v1/redemption-extensions", body).await
    }

    pub(crate) async fn of_order(&self, path: &str, order: &str) -> (u16, Value) {
        self.post(path, json!({"order": order})).await
    }

    pub(crate) async fn earn(&self, order: &str, runs: &[(&str, i64)]) -> (u16, Value) {
        let body = json!({"order": order, "member": "member-ada", "rule": "base-earn@1", "runs": points(runs)});
        self.post("/v1/earnings", body).await
    }

    pub(crate) async fn units(
        &self,
        path: &str,
        order: &str,
        cause: &str,
        units: &[&str],
    ) -> (u16, Value) {
        self.post(path, json!({"order": order, "cause": cause, "runs": units}))
            .await
    }

    pub(crate) async fn refund(
        &self,
        order: &str,
        cause: &str,
        runs: &[(&str, i64)],
    ) -> (u16, Value) {
        let body = json!({"order": order, "cause": cause, "runs": points(runs)});
        self.post("/v1/redemption-refunds", body).await
    }

    /// What each lot has promised is what the open holds took of it.
    fn assert_promises_are_held(&self) {
        let table = |name: &str| self.embedded.book.table(name).unwrap();
        let (holds, parts) = (table("hold"), table("hold_lot"));
        let is_open = |hold: &Value| {
            holds
                .iter()
                .any(|it| it["id"] == *hold && it["state"] == "held")
        };
        for lot in table("lot") {
            let of = parts
                .iter()
                .filter(|part| part["lot"] == lot["id"] && is_open(&part["hold"]));
            let held: i64 = of.map(|part| part["quantity"].as_i64().unwrap()).sum();
            assert_eq!(lot["promised"], held, "{lot:?}");
        }
    }

    /// Available, pending, held, debt; and that entries, balance and lots agree on them.
    pub(crate) async fn balance(&self) -> [i64; 4] {
        let (status, account) = self.get("/v1/accounts?member=member-ada").await;
        assert_eq!(status, 200, "{account}");
        let buckets = ["available", "pending", "held", "debt"];
        let balance = buckets.map(|bucket| account[bucket].as_i64().unwrap());
        let entries = self.embedded.book.table("entry").unwrap();
        let adas = entries.iter().filter(|entry| entry["account"] == 1);
        let summed = buckets.map(|bucket| {
            adas.clone()
                .map(|entry| entry[bucket].as_i64().unwrap())
                .sum::<i64>()
        });
        assert_eq!(balance, summed, "the entries explain the balance");
        let lots = account["lots"].as_array().unwrap();
        let remaining: i64 = lots
            .iter()
            .map(|lot| lot["remaining"].as_i64().unwrap())
            .sum();
        assert_eq!(
            balance[0],
            remaining - balance[2],
            "available is what lies in the lots less what is held"
        );
        self.assert_promises_are_held();
        balance
    }
}

fn points(runs: &[(&str, i64)]) -> Value {
    runs.iter()
        .map(|(units, each)| json!({"units": units, "points_each": each}))
        .collect()
}

pub(crate) fn answered(reply: &Reply) -> (u16, Value) {
    (reply.status.as_u16(), reply.json().unwrap())
}
