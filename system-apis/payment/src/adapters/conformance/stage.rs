//! The API over one connector, with a hand on everything around it.

use crate::{Connector, Deps, Settings, api};
use axum::Router;
use crossdock_books::{Deliverer, Embedded, FaultKind, Secret, Times};
use crossdock_model::event::Event;
use crossdock_model::{
    Caller, Clock as _, ConnectorName, Context, Correlation, Currency, Delivery, Fault, Ids, Money,
    StepKey, Tenant, Tier, Timestamp,
};
use crossdock_outbound::{Backends, Directory, Endpoint, Transport, client};
use crossdock_runtime::ManualClock;
use crossdock_store::{Position, SqliteStore, Store};
use serde_json::json;
use std::collections::HashMap;
use std::num::NonZeroU32;
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
    let clock = Arc::new(ManualClock::at(
        Timestamp::from_second(1_700_000_000).unwrap(),
    ));
    let settings = sys_payment_embedded::Settings {
        api_key: "key".into(),
        auto_settle: None,
        webhook: None,
    };
    let embedded = sys_payment_embedded::backend(None, Arc::clone(&clock) as _, settings).unwrap();
    let name = ConnectorName::from("psp");
    let backends = Backends::new(client().unwrap());
    let local = (
        ("payment".to_owned(), name.clone()),
        embedded.router.clone(),
    );
    backends.serve_locally(HashMap::from([local]));
    let store: Arc<dyn Store> = Arc::new(SqliteStore::memory().unwrap());
    let deps = Deps {
        settings: Settings {
            connectors: [(name, connector)].into(),
            routing: Vec::new(),
        },
        backends,
        clock: Arc::clone(&clock) as _,
    };
    let built = api(deps, Arc::new(Ids::seeded(1)), Arc::clone(&store)).unwrap();
    let directory = Directory::default();
    directory.fill(HashMap::from([(API, Transport::in_process(built.router))]));
    Stage {
        client: PaymentClient::new(&directory, Tier::Process),
        embedded,
        hooks: Router::new().nest("/hooks/payment", built.hooks.unwrap()),
        store,
        clock,
    }
}

pub(crate) fn context() -> Context {
    let caller = Caller::workflow(Tenant::from("acme"));
    Context::new(caller, Correlation("journey-1".into()))
}

impl Stage {
    pub(crate) fn delivery(&self, key: &str, attempt: u32) -> Delivery {
        Delivery {
            key: StepKey(key.into()),
            attempt: NonZeroU32::new(attempt).unwrap(),
            first_sent: self.clock.now(),
            context: context(),
        }
    }

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
        let delivery = self.delivery(key, attempt);
        self.client.authorise(&delivery, request).await
    }

    pub(crate) async fn capture(
        &self,
        key: &str,
        attempt: u32,
        request: &Capture,
    ) -> Result<Captured, Fault> {
        let delivery = self.delivery(key, attempt);
        self.client.capture(&delivery, request).await
    }

    pub(crate) async fn refund(
        &self,
        key: &str,
        attempt: u32,
        request: &Refund,
    ) -> Result<Refunded, Fault> {
        let delivery = self.delivery(key, attempt);
        self.client.refund(&delivery, request).await
    }

    pub(crate) async fn void(
        &self,
        key: &str,
        attempt: u32,
        request: &Void,
    ) -> Result<Voided, Fault> {
        let delivery = self.delivery(key, attempt);
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

pub(crate) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

pub(crate) fn code<T: std::fmt::Debug>(answer: Result<T, Fault>) -> String {
    let fault = answer.unwrap_err();
    if let Fault::Refused(refusal) = fault {
        refusal.code
    } else {
        format!("{fault:?}")
    }
}

/// The sample authorisation with another token.
pub(crate) fn holding(token: &str) -> Authorise {
    Authorise {
        token: token.into(),
        ..Authorise::sample()
    }
}
