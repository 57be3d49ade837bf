//! The way from a command to the running process: found by the run file of a tier in the data folder.

use crate::cli::{Common, Failure};
use crate::parts::RunFile;
use crossdock_model::Tier;
use crossdock_outbound::{Endpoint, Reply};
use http::{Method, header};
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// Longer than any operation waits.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(40);
/// For what reads all that there is, however large the stores are.
pub(crate) const LONG_TIMEOUT: Duration = Duration::from_hours(6);

/// A running process, by two of its listeners.
#[derive(Debug)]
pub(crate) struct Client {
    operations: Endpoint,
    public: Endpoint,
}

impl Client {
    /// The process that serves that tier over the data folder; there is at most one.
    pub(crate) fn find(common: &Common, tier: Tier) -> Result<Self, Failure> {
        let (settings, _) = common.settings()?;
        let folder = &settings.store.folder;
        let run = RunFile::read(folder, tier).ok_or_else(|| {
            Failure::down(format!(
                "no process serves {} APIs over {}: start one with crossdock up, or name its folder with --data",
                tier.as_str(),
                folder.display()
            ))
        })?;
        Self::of(&run)
    }

    /// The process that the run file names.
    pub(crate) fn of(run: &RunFile) -> Result<Self, Failure> {
        let bearer = format!("Bearer {}", run.token);
        Ok(Self {
            operations: endpoint(run.addresses.operations)?
                .with_header(header::AUTHORIZATION, &bearer),
            public: endpoint(run.addresses.public)?,
        })
    }

    /// Reads from the operations API.
    pub(crate) async fn operations(&self, path: &str) -> Result<Value, Failure> {
        self.operations_within(path, TIMEOUT).await
    }

    /// Reads from the operations API what may take long.
    pub(crate) async fn operations_within(
        &self,
        path: &str,
        timeout: Duration,
    ) -> Result<Value, Failure> {
        read(
            &self
                .operations
                .get(format!("/operations/v1{path}"))
                .within(timeout)
                .send()
                .await?,
        )
    }

    /// Writes to the operations API.
    pub(crate) async fn operate(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.operate_within(path, body, TIMEOUT).await
    }

    /// Writes to the operations API what may take long.
    pub(crate) async fn operate_within(
        &self,
        path: &str,
        body: &Value,
        timeout: Duration,
    ) -> Result<Value, Failure> {
        read(
            &self
                .operations
                .post(format!("/operations/v1{path}"))
                .within(timeout)
                .json(body)
                .send()
                .await?,
        )
    }

    /// A token for an application, itself or on somebody's behalf.
    pub(crate) async fn token(
        &self,
        consumer: &str,
        subject: Option<(&str, &str)>,
    ) -> Result<Value, Failure> {
        let subject = subject.map(|(kind, handle)| json!({ "kind": kind, "handle": handle }));
        let wanted = json!({ "consumer": consumer, "subject": subject });
        self.operate("/tokens", &wanted).await
    }

    /// The public APIs, as somebody.
    pub(crate) async fn acting(
        &self,
        consumer: &str,
        subject: Option<(&str, &str)>,
    ) -> Result<PublicClient, Failure> {
        let token = self.token(consumer, subject).await?;
        let token = token
            .get("access_token")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(PublicClient::over(&self.public, token))
    }
}

/// The public APIs with a caller's token.
#[derive(Debug, Clone)]
pub(crate) struct PublicClient(Endpoint);

impl PublicClient {
    /// The public listener, with a caller's token.
    pub(crate) fn over(public: &Endpoint, token: &str) -> Self {
        Self(
            public
                .clone()
                .with_header(header::AUTHORIZATION, &format!("Bearer {token}")),
        )
    }

    /// Reads, and fails where the answer is no success.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        read(&self.0.get(path).send().await?)
    }

    /// A POST without an effect of its own, or under an idempotency key.
    pub(crate) async fn post(
        &self,
        path: &str,
        key: Option<&str>,
        body: &impl Serialize,
    ) -> Result<Value, Failure> {
        let mut sending = self.0.request(Method::POST, path).json(body);
        if let Some(key) = key {
            sending = sending.idempotency_key(key);
        }
        read(&sending.send().await?)
    }
}

/// A listener as an endpoint.
pub(crate) fn endpoint(address: std::net::SocketAddr) -> Result<Endpoint, Failure> {
    let url = Url::parse(&format!("http://{address}"));
    let url = url.map_err(|error| Failure::failed(format!("{address}: {error}")))?;
    let client = crossdock_outbound::client()
        .map_err(|error| Failure::failed(format!("the HTTP client cannot be made: {error}")))?;
    Ok(Endpoint::remote(client, url).with_attempt(TIMEOUT))
}

/// The answer's body, or why it is none.
pub(crate) fn read(reply: &Reply) -> Result<Value, Failure> {
    if !reply.status.is_success() {
        return Err(Failure::of(reply));
    }
    if reply.body.is_empty() {
        return Ok(Value::Null);
    }
    reply
        .json()
        .map_err(|fault| Failure::failed(fault.to_string()))
}
