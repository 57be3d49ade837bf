//! The payment provider's back office: money settles when a test says so.

use crossdock_outbound::Endpoint;
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
}
