//! The API over one connector, with a hand on everything around it.

use crate::{Connector, api};
use axum::Router;
use crossdock_books::{Deliverer, Embedded, FaultKind, Secret, Times};
use crossdock_model::event::Event;
use crossdock_model::{Fault, Ids, Tier};
use crossdock_outbound::Endpoint;
use crossdock_rig::{Fixture, delivery, directory};
use crossdock_runtime::{Api, ManualClock};
use crossdock_store::{Position, SqliteStore, Store};
use serde_json::json;
use std::sync::Arc;
use sys_payment_contract::{
    API, Authorise, Capture, Captured, Payment, PaymentClient, Refund, Refunded, Void, Voided,
};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The API over one connector, with a hand on everything around it.
pub(crate) struct Stage {
    pub(crate) client: PaymentClient,
    pub(crate) embedded: Embedded,
    pub(crate) hooks: Router,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) built: Api,
}

/// How each kind of connector is put on the stage: a new kind does not compile without its own.
pub(crate) fn stage_of(connector: Connector) -> Stage {
    match connector {
        Connector::Embedded(_) => stage(connector),
    }
}

pub(crate) fn embedded() -> Connector {
    serde_json::from_value(json!({"kind": "embedded", "api-key": "key", "webhook-secret": SECRET}))
        .unwrap()
}

pub(crate) fn stage(connector: Connector) -> Stage {
    let mut ground = Fixture::of(API);
    let settings = sys_payment_embedded::Settings {
        api_key: "key".into(),
        auto_settle: None,
        webhook: None,
    };
    let embedded = sys_payment_embedded::backend(None, ground.clock(), settings).unwrap();
    ground.serve("psp", &embedded.router);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::memory().unwrap());
    let deps = ground.deps([("psp", connector)], Vec::new());
    let built = api(deps, Arc::new(Ids::seeded(1)), Arc::clone(&store)).unwrap();
    Stage {
        client: PaymentClient::new(&directory(&built), Tier::Process),
        embedded,
        store,
        clock: ground.clock,
        hooks: Router::new().nest("/hooks/payment", built.hooks.clone().unwrap()),
        built,
    }
}

impl Stage {
    pub(crate) fn arm(&self, operation: &str, fault: FaultKind) {
        self.embedded.faults().arm(operation, fault, Times::Next(1));
    }

    pub(crate) fn count(&self, table: &str) -> usize {
        self.embedded.book.table(table).unwrap().len()
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
        Deliverer::new(&self.embedded.book, secret, hooks, "/hooks/payment/psp")
    }

    pub(crate) async fn settle(&self) {
        let vendor = Endpoint::local(self.embedded.router.clone())
            .with_header(http::header::AUTHORIZATION, "Bearer key");
        let run = vendor.post("/v1/settlements/run").json(&json!({}));
        assert!(run.send().await.unwrap().status.is_success());
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        let stored = self.store.events("payment", &Position::default(), 100);
        let read = |event: &crossdock_store::StoredEvent| Event::read(&event.kind, &event.data);
        stored
            .unwrap()
            .iter()
            .map(|event| read(event).unwrap())
            .collect()
    }
}

/// The sample authorisation with another token.
pub(crate) fn holding(token: &str) -> Authorise {
    Authorise {
        token: token.into(),
        ..Authorise::sample()
    }
}
