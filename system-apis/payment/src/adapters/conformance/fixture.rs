//! The API over one connector with its backend, store and clock within reach.

use crate::Connector;
use axum::Router;
use crossdock_books::{Deliverer, Embedded, FaultKind, Secret, Times};
use crossdock_model::event::Event;
use crossdock_model::{Clock as _, Fault, Ids, Tenant, Tier};
use crossdock_outbound::Endpoint;
use crossdock_rig::{SystemHarness, delivery, directory};
use crossdock_runtime::{Api, ManualClock, Tasks};
use crossdock_store::{
    Appended, Batch, Position, QueueClass, RecordRef, RecordWrite, SqliteStore, Store, StoredEvent,
};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use sys_payment_contract::{
    API, Authorise, Capture, Captured, Payment, PaymentClient, Refund, Refunded, Void, Voided,
};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How often its provider is asked for what did not arrive.
const CATCH_UP: Duration = Duration::from_mins(1);

/// The API over one connector, with its backend, store and clock within reach.
pub(crate) struct Fixture {
    pub(crate) client: PaymentClient,
    pub(crate) backend: Embedded,
    pub(crate) hooks: Router,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) api: Api,
    harness: SystemHarness,
    connector: Connector,
}

/// Every connector of the list, as the fixture's backend knows it.
pub(crate) fn connectors() -> Vec<Connector> {
    crossdock_rig::connectors(|kind| {
        let settings = match kind {
            "embedded" => json!({"kind": kind, "api-key": "key", "webhook-secret": SECRET}),
            _unknown => return None,
        };
        Some(serde_json::from_value(settings).unwrap())
    })
}

impl Fixture {
    /// One for every connector of the list.
    pub(crate) fn all() -> Vec<Self> {
        let over = |connector| match connector {
            Connector::Embedded(_) => Self::embedded(connector),
        };
        connectors().into_iter().map(over).collect()
    }

    fn embedded(connector: Connector) -> Self {
        let mut harness = SystemHarness::of(API);
        let settings = sys_payment_embedded::Settings {
            api_key: "key".into(),
            auto_settle: None,
            webhook: None,
        };
        let backend = sys_payment_embedded::backend(None, harness.clock(), settings).unwrap();
        harness.serve("psp", &backend.router);
        let store: Arc<dyn Store> = Arc::new(SqliteStore::memory().unwrap());
        let api = served(&harness, &connector, &store);
        Self {
            client: PaymentClient::new(&directory(&api), Tier::Process),
            backend,
            connector,
            store,
            clock: Arc::clone(&harness.clock),
            harness,
            hooks: Router::new().nest("/hooks/payment", api.hooks.clone().unwrap()),
            api,
        }
    }

    /// Its store is lost: the API over the same provider with an empty one.
    pub(crate) fn lose_store(&mut self) {
        self.store = Arc::new(SqliteStore::memory().unwrap());
        self.api = served(&self.harness, &self.connector, &self.store);
        self.hooks = Router::new().nest("/hooks/payment", self.api.hooks.clone().unwrap());
    }

    /// Runs what runs beside the API until there are so many events.
    pub(crate) async fn run_until(&mut self, events: usize) {
        let tasks = Tasks::new();
        for (name, work) in self.api.background.drain(..) {
            tasks.run(name, work(tasks.stopping()));
        }
        loop {
            let grown = self.store.grown("payment");
            if self.stored().await.len() >= events {
                break;
            }
            grown.await;
        }
        tasks.stop(Duration::from_secs(5)).await;
    }

    pub(crate) fn arm(&self, operation: &str, fault: FaultKind) {
        self.backend.faults().arm(operation, fault, Times::Next(1));
    }

    pub(crate) fn count(&self, table: &str) -> usize {
        self.backend.book.table(table).unwrap().len()
    }

    pub(crate) async fn authorise(
        &self,
        key: &str,
        attempt: u32,
        request: &Authorise,
    ) -> Result<Payment, Fault> {
        let delivery = delivery(key, attempt);
        self.client.authorise(&delivery, request).await
    }

    pub(crate) async fn capture(
        &self,
        key: &str,
        attempt: u32,
        request: &Capture,
    ) -> Result<Captured, Fault> {
        let delivery = delivery(key, attempt);
        self.client.capture(&delivery, request).await
    }

    pub(crate) async fn refund(
        &self,
        key: &str,
        attempt: u32,
        request: &Refund,
    ) -> Result<Refunded, Fault> {
        let delivery = delivery(key, attempt);
        self.client.refund(&delivery, request).await
    }

    pub(crate) async fn void(
        &self,
        key: &str,
        attempt: u32,
        request: &Void,
    ) -> Result<Voided, Fault> {
        let delivery = delivery(key, attempt);
        self.client.void(&delivery, request).await
    }

    /// An order whose money is taken.
    pub(crate) async fn with_captured(&self, token: &str) {
        self.authorise("hold", 1, &holding(token)).await.unwrap();
        self.capture("take", 1, &Capture::sample()).await.unwrap();
    }

    pub(crate) fn deliverer(&self, secret: &str) -> Deliverer {
        let hooks = Endpoint::local(self.hooks.clone());
        let secret = Secret::parse(secret).unwrap();
        Deliverer::new(&self.backend.book, secret, hooks, "/hooks/payment/psp")
    }

    pub(crate) async fn settle(&self) {
        let vendor = Endpoint::local(self.backend.router.clone())
            .with_header(http::header::AUTHORIZATION, "Bearer key");
        let run = vendor.post("/v1/settlements/run").json(&json!({}));
        assert!(run.send().await.unwrap().status.is_success());
    }

    /// The kept message has that body from now on.
    pub(crate) async fn reads_now(&self, message: &str, body: &str) {
        let (tenant, key) = (Tenant::from("acme"), format!("psp/{message}"));
        let found = self
            .store
            .record_by_key(&tenant, "webhook", "provider-message", &key);
        let record = found.await.unwrap().unwrap();
        let mut kept: serde_json::Value = serde_json::from_slice(&record.body).unwrap();
        kept["body"] = json!(body);
        let reference = RecordRef {
            kind: "webhook",
            id: record.id,
        };
        let body = serde_json::to_vec(&kept).unwrap().into();
        let write = RecordWrite::new(&reference, &tenant, record.version, body);
        let shard = self.store.shard_of(&tenant, message);
        let mut batch = Batch::new(shard, self.clock.now());
        batch.changes.records.push(write);
        let done = self.store.append(QueueClass::Progress, batch).await;
        assert_eq!(done.unwrap(), Appended::Done);
    }

    pub(crate) async fn stored(&self) -> Vec<StoredEvent> {
        let beginning = Position::default();
        let stored = self.store.events("payment", &beginning, 100).await;
        stored.unwrap()
    }

    pub(crate) async fn events(&self) -> Vec<Event> {
        let read = |event: &StoredEvent| Event::read(&event.kind, &event.data);
        let stored = self.stored().await;
        stored.iter().map(|event| read(event).unwrap()).collect()
    }
}

fn served(harness: &SystemHarness, connector: &Connector, store: &Arc<dyn Store>) -> Api {
    let deps = harness.deps([("psp", connector.clone())], Vec::new());
    let ids = Arc::new(Ids::seeded(1));
    crate::api(deps, ids, Arc::clone(store), CATCH_UP).unwrap()
}

/// The sample authorisation with another token.
pub(crate) fn holding(token: &str) -> Authorise {
    Authorise {
        token: token.into(),
        ..Authorise::sample()
    }
}
