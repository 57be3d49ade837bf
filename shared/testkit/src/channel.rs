//! A channel's application: it speaks HTTP with a token, like any program outside.

use crossdock_outbound::{Endpoint, Reply};
use http::{HeaderName, Method, StatusCode, header};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};

/// One application with its token.
#[derive(Debug)]
pub struct Channel {
    endpoint: Endpoint,
}

/// What a channel was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status that the gateway answered with.
    pub status: StatusCode,
    /// Every header of the answer.
    pub headers: http::HeaderMap,
    /// The body, byte for byte.
    pub bytes: Vec<u8>,
    /// The body as JSON; null when it is none.
    pub json: Value,
}

impl Channel {
    /// Over that endpoint, with that token.
    pub fn new(endpoint: Endpoint, token: Option<&str>) -> Self {
        let endpoint = match token {
            Some(token) => endpoint.with_header(header::AUTHORIZATION, &format!("Bearer {token}")),
            None => endpoint,
        };
        Self { endpoint }
    }

    /// Sends a GET with the token of this channel.
    pub async fn get(&self, path: &str) -> Answer {
        answer(self.endpoint.get(path).send().await)
    }

    /// Sends a POST under a key that no other request has.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_with(path, &fresh_key(), body).await
    }

    /// Sends a POST under that idempotency key.
    pub async fn post_with(&self, path: &str, key: &str, body: &Value) -> Answer {
        let name = HeaderName::from_static("idempotency-key");
        let sending = self
            .endpoint
            .post(path)
            .json(body)
            .header(name, &format!("\"{key}\""));
        answer(sending.send().await)
    }

    /// Anything at all: method, path, content type, raw body, under a fresh key.
    pub async fn send(&self, method: Method, path: &str, kind: &'static str, body: &str) -> Answer {
        let key = format!("\"{}\"", fresh_key());
        let sending = self
            .endpoint
            .request(method, path)
            .header(HeaderName::from_static("idempotency-key"), &key);
        answer(
            sending
                .bytes(kind, body.as_bytes().to_vec().into())
                .send()
                .await,
        )
    }

    /// Sends a POST without any idempotency key.
    pub async fn post_without_key(&self, path: &str, body: &Value) -> Answer {
        answer(self.endpoint.post(path).json(body).send().await)
    }
}

impl Answer {
    /// The member at a JSON Pointer, as text; panics with the whole answer when it is missing.
    pub fn text(&self, pointer: &str) -> String {
        match self.json.pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("{} has no {pointer}: {}", self.status, self.json),
        }
    }

    /// This answer, if it has that status; panics with the whole answer otherwise.
    #[track_caller]
    #[expect(
        clippy::return_self_not_must_use,
        reason = "often the status is all that is asked"
    )]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}",
            String::from_utf8_lossy(&self.bytes)
        );
        self
    }

    /// The JSON Pointers that a problem names.
    pub fn pointers(&self) -> Vec<String> {
        let errors = self.json["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .filter_map(|error| error["pointer"].as_str())
            .map(str::to_owned)
            .collect()
    }

    /// Asserts a problem with that status and code.
    #[track_caller]
    #[expect(
        clippy::return_self_not_must_use,
        reason = "often the code is all that is asked"
    )]
    pub fn problem(self, status: u16, code: &str) -> Self {
        let kind = self
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        assert_eq!(kind, Some("application/problem+json"), "{}", self.json);
        assert_eq!(self.json["code"], code, "{}", self.json);
        self.expect(status)
    }
}

/// A key that no other request of this program has.
fn fresh_key() -> String {
    static DRAWN: AtomicU64 = AtomicU64::new(1);
    format!("test-{}", DRAWN.fetch_add(1, Ordering::Relaxed))
}

fn answer(sent: Result<Reply, crossdock_outbound::EndpointError>) -> Answer {
    let reply = sent.expect("the gateway answers");
    let json = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
    Answer {
        status: reply.status,
        headers: reply.headers,
        bytes: reply.body.to_vec(),
        json,
    }
}
