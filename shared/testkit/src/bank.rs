//! The payment provider's back office: money settles when a test says so.

use crossdock_outbound::{Endpoint, IDEMPOTENCY_KEY};
use serde_json::{Value, json};

/// The payment provider, called at its own API.
#[derive(Debug)]
pub struct Bank {
    provider: Endpoint,
}

impl Bank {
    pub(crate) fn new(provider: Endpoint) -> Self {
        Self { provider }
    }

    /// Settles everything that was captured or refunded; its webhooks follow.
    pub async fn settle(&self) -> Value {
        let run = self
            .provider
            .post("/v1/settlements/run")
            .json(&json!({}))
            .send()
            .await;
        let reply = run.expect("the provider answers");
        assert!(
            reply.status.is_success(),
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
        serde_json::from_slice(&reply.body).unwrap_or(Value::Null)
    }

    /// Somebody refunds money of an order in the provider's own console; answers the refund's number there.
    pub async fn refunds_itself(&self, order: &str, cents: i64) -> String {
        let refund = self.moves(
            "/v1/refunds",
            order,
            json!({"amount": cents, "reference": "console-refund"}),
        );
        refund.await
    }

    /// Somebody captures money of an order in the provider's own console; answers the capture's number there.
    pub async fn captures_itself(&self, order: &str, cents: i64) -> String {
        let capture = self.moves(
            "/v1/captures",
            order,
            json!({"amount": cents, "reference": "console-capture"}),
        );
        capture.await
    }

    /// The cardholder disputes money of an order; answers the dispute's number.
    pub async fn is_disputed(&self, order: &str, cents: i64) -> String {
        let claim = self.moves(
            "/v1/disputes",
            order,
            json!({"amount": cents, "reason": "fraudulent"}),
        );
        claim.await
    }

    /// The cardholder's bank decides a dispute: `won` by the shop, or `lost`.
    pub async fn decides(&self, dispute: &str, outcome: &str) {
        let path = format!("/v1/disputes/{dispute}/close");
        self.asks(&path, json!({"outcome": outcome})).await;
    }

    /// The cardholder's bank sends a refund back that had settled.
    pub async fn sends_back(&self, refund: &str) {
        let path = format!("/v1/refunds/{refund}/return");
        self.asks(&path, json!({"reason": "account closed"})).await;
    }

    async fn moves(&self, path: &str, order: &str, mut body: Value) -> String {
        body["payment_reference"] = json!(order);
        body["currency"] = json!("USD");
        let moved = self.asks(path, body).await;
        moved["id"].as_str().unwrap_or_default().to_owned()
    }

    async fn asks(&self, path: &str, mut body: Value) -> Value {
        body["merchant_account"] = json!("acme");
        // Every request of a person is one of its own.
        let key = format!("\"{path} {body}\"");
        let asking = self.provider.post(path.to_owned());
        let asked = asking
            .header(IDEMPOTENCY_KEY, &key)
            .json(&body)
            .send()
            .await;
        let reply = asked.expect("the provider answers");
        let said = String::from_utf8_lossy(&reply.body);
        assert!(reply.status.is_success(), "{path}: {said}");
        serde_json::from_slice(&reply.body).unwrap_or(Value::Null)
    }
}
