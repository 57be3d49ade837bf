//! A running Crossdock as its channels meet it: over sockets, with tokens, and sometimes cut off.

use super::process::Process;
use crossdock::{Gateway, ListenerName};
use crossdock_events::webhook::Secret;
use crossdock_model::Clock as _;
use crossdock_outbound::{Endpoint, EndpointError};
use crossdock_runtime::SystemClock;
use http::{HeaderName, Method, header};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// Longer than any operation waits.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How many times somebody looks, once a second or at every event, before a test gives up.
const LOOKS: usize = 60;

/// The connection broke: nobody knows what happened to the request.
#[derive(Debug)]
pub(crate) struct ConnectionLost(pub(crate) String);

impl From<EndpointError> for ConnectionLost {
    fn from(error: EndpointError) -> Self {
        Self(error.to_string())
    }
}

/// An answer as its caller keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
    pub(crate) text: String,
    /// Whole seconds of the header, where there is one.
    pub(crate) retry_after: Option<u64>,
}

impl Answer {
    /// This answer, if it is a success; panics with the whole of it otherwise.
    pub(crate) fn good(self) -> Self {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.text
        );
        self
    }

    /// The member at a JSON Pointer, as text.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let member = self.json.pointer(pointer).and_then(Value::as_str);
        member
            .unwrap_or_else(|| panic!("no {pointer} in {}", self.text))
            .to_owned()
    }
}

/// What the shipped configuration signs the payment provider's webhooks with.
const WEBHOOK_SECRET: &str = "whsec_ZW1iZWRkZWQtcHNwLXdlYmhvb2stc2VjcmV0LTE=";

/// The listeners of one installation that a test calls.
#[derive(Debug, Clone)]
pub(crate) struct Shop {
    public: Endpoint,
    /// The operations API of the process with the channels.
    front: Endpoint,
    /// The operations API of the process with the workflows.
    back: Endpoint,
    /// What providers call, where all APIs are in one process.
    hooks: Option<Endpoint>,
}

/// A caller with an access token.
#[derive(Debug, Clone)]
pub(crate) struct Caller(Endpoint);

impl Shop {
    /// A shop whose APIs are all in one process.
    pub(crate) fn of(process: &Process) -> Self {
        Self {
            hooks: Some(endpoint(&process.address("hooks"))),
            ..Self::across(process, process)
        }
    }

    /// Channels in one process, workflows in another.
    pub(crate) fn across(channels: &Process, workflows: &Process) -> Self {
        Self {
            public: endpoint(&channels.address("public")),
            front: operations(channels),
            back: operations(workflows),
            hooks: None,
        }
    }

    /// Everything in the test's own process, without a socket.
    pub(crate) fn inside(gateway: &Gateway) -> Self {
        let bearer = format!("Bearer {}", gateway.operations_token());
        let operations = Endpoint::local(gateway.router(ListenerName::Operations))
            .with_attempt(TIMEOUT)
            .with_header(header::AUTHORIZATION, &bearer);
        let public = Endpoint::local(gateway.router(ListenerName::Public)).with_attempt(TIMEOUT);
        Self {
            public,
            front: operations.clone(),
            back: operations,
            hooks: Some(Endpoint::local(gateway.router(ListenerName::Hooks))),
        }
    }

    /// The web shop on behalf of a customer.
    pub(crate) async fn web(&self, customer: &str) -> Result<Caller, ConnectionLost> {
        self.caller("web-shop", Some(("customer", customer))).await
    }

    /// A till with a clerk of store Soho.
    pub(crate) async fn till(&self) -> Result<Caller, ConnectionLost> {
        self.caller("till", Some(("clerk", "store-soho/clerk-3")))
            .await
    }

    /// A registered application, itself or on somebody's behalf.
    pub(crate) async fn caller(
        &self,
        consumer: &str,
        subject: Option<(&str, &str)>,
    ) -> Result<Caller, ConnectionLost> {
        let subject = subject.map(|(kind, handle)| json!({ "kind": kind, "handle": handle }));
        let wanted = json!({ "consumer": consumer, "subject": subject });
        let sent = self
            .front
            .post("/operations/v1/tokens")
            .json(&wanted)
            .send()
            .await?;
        let token = answer(&sent).good().text("/access_token");
        let bearer = format!("Bearer {token}");
        Ok(Caller(
            self.public
                .clone()
                .with_header(header::AUTHORIZATION, &bearer),
        ))
    }

    /// Asks the operations API of the process with the workflows.
    pub(crate) async fn ask(&self, path: &str) -> Result<Answer, ConnectionLost> {
        Ok(answer(
            &self
                .back
                .get(format!("/operations/v1{path}"))
                .send()
                .await?,
        )
        .good())
    }

    /// Sends a POST to the operations API of the process with the workflows.
    pub(crate) async fn act(&self, path: &str, body: &Value) -> Result<Answer, ConnectionLost> {
        let path = format!("/operations/v1{path}");
        Ok(answer(&self.back.post(path).json(body).send().await?))
    }

    /// A webhook of the payment provider, signed with the secret of the shipped configuration.
    pub(crate) async fn hears(
        &self,
        id: &str,
        kind: &str,
        data: &Value,
    ) -> Result<(), ConnectionLost> {
        let body = json!({ "type": kind, "data": data }).to_string();
        let secret = Secret::parse(WEBHOOK_SECRET).expect("it is a secret");
        let signed = secret.sign(id, SystemClock::new().now(), body.as_bytes());
        let hooks = self.hooks.as_ref().expect("all APIs are in one process");
        let mut sending = hooks.post("/hooks/payment/main");
        sending.headers_mut().extend(signed);
        let sent = sending
            .bytes("application/json", body.into())
            .send()
            .await?;
        assert_eq!(sent.status.as_u16(), 204, "{kind}");
        Ok(())
    }

    /// An operator says what came of that workflow's node, until the workflow has come to its end.
    pub(crate) async fn is_told(
        &self,
        workflow: &str,
        node: &str,
        output: &Value,
    ) -> Result<(), ConnectionLost> {
        self.until("order", workflow, async || {
            let ended = format!("/workflows?workflow={workflow}&status=completed");
            if self.ask(&ended).await?.json.pointer("/items/0").is_some() {
                return Ok(Some(()));
            }
            let desk = self.ask("/exceptions").await?.json;
            let cases = desk["items"].as_array().cloned().unwrap_or_default();
            let waits = |case: &&Value| {
                let parked = case["parked"].as_array().into_iter().flatten();
                let mut nodes = parked.map(|parked| &parked["node"]);
                case["instance"]["workflow"] == workflow && nodes.any(|named| named == node)
            };
            if let Some(case) = cases.iter().find(waits) {
                let id = case["instance"]["id"].as_str().unwrap_or_default();
                let said =
                    json!({ "node": node, "output": output, "by": "mara", "why": "it is so" });
                let said = self.act(&format!("/exceptions/{id}/skips"), &said).await?;
                assert_eq!(said.status, 204, "{}", said.text);
            }
            Ok(None)
        })
        .await
    }

    /// Looks until it is so, at every event of that feed, at least once a second.
    pub(crate) async fn until<T>(
        &self,
        feed: &str,
        what: &str,
        look: impl AsyncFn() -> Result<Option<T>, ConnectionLost>,
    ) -> Result<T, ConnectionLost> {
        let mut cursor = String::new();
        for wait in std::iter::once(0).chain(std::iter::repeat_n(1, LOOKS)) {
            let path = format!("/events?feed={feed}&after={cursor}&wait={wait}&limit=500");
            cursor = self.ask(&path).await?.text("/next");
            if let Some(found) = look().await? {
                return Ok(found);
            }
        }
        let workflows = self.ask("/workflows").await?.text;
        let exceptions = self.ask("/exceptions").await?.text;
        panic!("waited in vain for {what}\n{workflows}\n{exceptions}");
    }

    /// Until these workflows have run, and every workflow has come to its end; none may need a person.
    pub(crate) async fn settled(&self, ran: &[&str]) -> Result<(), ConnectionLost> {
        self.until("order", "every workflow to end", async || {
            let listed = self.ask("/workflows?limit=200").await?;
            let items = listed.json["items"].as_array().cloned().unwrap_or_default();
            let stuck = items.iter().any(|item| item["status"] == "parked");
            if stuck {
                let exceptions = self.ask("/exceptions").await?.text;
                panic!("somebody is needed: {exceptions}");
            }
            let has_ended = |item: &Value| {
                matches!(
                    item["status"].as_str(),
                    Some("completed" | "compensated" | "cancelled")
                )
            };
            let has_run = |name: &&str| items.iter().any(|item| item["workflow"] == **name);
            Ok((items.iter().all(has_ended) && ran.iter().all(has_run)).then_some(()))
        })
        .await
    }
}

impl Caller {
    pub(crate) async fn get(&self, path: &str) -> Result<Answer, ConnectionLost> {
        Ok(answer(&self.0.get(path).send().await?))
    }

    /// Writes, under a key where the operation wants one.
    pub(crate) async fn post(
        &self,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Result<Answer, ConnectionLost> {
        let mut sending = self.0.request(Method::POST, path).json(body);
        if let Some(key) = key {
            let name = HeaderName::from_static("idempotency-key");
            sending = sending.header(name, &format!("\"{key}\""));
        }
        Ok(answer(&sending.send().await?))
    }
}

/// A listener as an endpoint.
pub(crate) fn endpoint(address: &str) -> Endpoint {
    let url = format!("http://{address}")
        .parse()
        .expect("an address is a URL");
    let client = crossdock_outbound::client().expect("the HTTP client can be made");
    Endpoint::remote(client, url).with_attempt(TIMEOUT)
}

fn operations(process: &Process) -> Endpoint {
    let token = token_of(&process.folder);
    let endpoint = endpoint(&process.address("operations"));
    endpoint.with_header(header::AUTHORIZATION, &format!("Bearer {token}"))
}

fn token_of(folder: &Path) -> String {
    // The tier that a process serves is in the name; each process of these tests has a folder of its own, or serves all.
    let file = ["process", "system", "experience"]
        .iter()
        .find_map(|tier| std::fs::read(folder.join(format!("run-{tier}.json"))).ok());
    let file = file.expect("a running process has its run file");
    let run: Value = serde_json::from_slice(&file).expect("the run file is JSON");
    run["token"]
        .as_str()
        .expect("the run file has a token")
        .to_owned()
}

fn answer(reply: &crossdock_outbound::Reply) -> Answer {
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    let retry_after = reply.headers.get(header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|seconds| seconds.to_str().ok());
    Answer {
        status: reply.status.as_u16(),
        json,
        text,
        retry_after: retry_after.and_then(|seconds| seconds.parse().ok()),
    }
}
