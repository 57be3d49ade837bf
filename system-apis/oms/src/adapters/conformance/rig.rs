//! A connector with a backend in memory, and requests to try it with.

use crate::adapters::{Connector, EmbeddedSettings};
use crate::{Deps, Settings, api};
use crossdock_books::{Deliverer, Embedded, FaultKind, Secret, Times};
use crossdock_model::{
    Address, ApiId, Caller, ConnectorName, Context, Correlation, Delivery, Fault, Ids, Quantity,
    Sku, StepKey, Tenant, Tier, Timestamp,
};
use crossdock_outbound::{Backends, Directory, Endpoint, Transport};
use crossdock_runtime::ManualClock;
use crossdock_store::{Position, SqliteStore, Store, StoredEvent};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use sys_oms_contract::{
    AuthoriseShipment, CreateOrder, Disposition, FulfilmentMode, OmsClient, ReceiveReturn, Reserve,
    ReturnLine, Ship, ShipGate, WantedLine,
};

pub(super) const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// A connector with its backend, and everything around it.
pub(super) struct Rig {
    pub(super) backend: Embedded,
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Arc<SqliteStore>,
    pub(super) hooks: axum::Router,
    pub(super) oms: OmsClient,
}

impl Rig {
    /// A connector of each kind: a new one does not compile until it is here.
    pub(super) async fn all() -> Vec<Self> {
        let connector = Self::embedded(ShipGate::Native);
        match &connector {
            Connector::Embedded(_) => vec![Self::of(connector).await],
        }
    }

    pub(super) fn embedded(ship_gate: ShipGate) -> Connector {
        Connector::Embedded(EmbeddedSettings {
            base_url: None,
            api_key: "key".into(),
            webhook_secret: SECRET.into(),
            ship_gate,
        })
    }

    pub(super) async fn of(connector: Connector) -> Self {
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        let clock = Arc::new(ManualClock::at(start));
        let settings = sys_oms_embedded::Settings {
            api_key: "key".into(),
            seed: sys_oms_embedded::Seed::demo(),
            auto_pilot: None,
        };
        let backend = sys_oms_embedded::backend(None, Arc::clone(&clock) as _, settings);
        let backend = backend.await.unwrap();
        let name = ConnectorName::from("oms-main");
        let backends = Backends::new(crossdock_outbound::client().unwrap());
        let store = Arc::new(SqliteStore::memory().unwrap());
        let local = [(("oms".to_owned(), name.clone()), backend.router.clone())];
        backends.serve_locally(HashMap::from(local));
        let deps = Deps {
            settings: Settings {
                connectors: [(name, connector)].into(),
                routing: Vec::new(),
            },
            backends,
            clock: Arc::clone(&clock) as _,
        };
        let ids = Arc::new(Ids::seeded(7));
        let api = api(deps, ids, Arc::clone(&store) as _).unwrap();
        let directory = Directory::default();
        let transport = Transport::in_process(api.router);
        directory.fill(HashMap::from([(ApiId::system("oms"), transport)]));
        Self {
            backend,
            clock,
            store,
            hooks: api.hooks.unwrap(),
            oms: OmsClient::new(&directory, Tier::Process),
        }
    }

    pub(super) fn rows(&self, table: &str) -> usize {
        self.backend.book.table(table).unwrap().len()
    }

    /// The next request to that operation acts, and its answer is lost.
    pub(super) fn lose_answer(&self, operation: &str) {
        let faults = self.backend.faults();
        faults.arm(operation, FaultKind::AnswerLost, Times::Next(1));
    }

    pub(super) fn deliverer(&self, connector: &str) -> Deliverer {
        let secret = Secret::parse(SECRET).unwrap();
        let hooks = Endpoint::local(self.hooks.clone());
        Deliverer::new(&self.backend.book, secret, hooks, format!("/{connector}"))
    }

    pub(super) fn events(&self) -> Vec<StoredEvent> {
        self.store.events("oms", &Position::default(), 100).unwrap()
    }

    pub(super) async fn saleable(&self, sku: &str) -> i64 {
        let skus: [Sku; 1] = [sku.parse().unwrap()];
        let rows = self.oms.availability(&context(), &skus).await.unwrap();
        rows.iter().map(|row| row.saleable).sum()
    }
}

pub(super) fn context() -> Context {
    let caller = Caller::workflow(Tenant::from("acme"));
    Context::new(caller, Correlation("journey-1".into()))
}

pub(super) fn delivery(key: &str, attempt: u32) -> Delivery {
    Delivery {
        key: StepKey(key.into()),
        attempt: NonZeroU32::new(attempt).unwrap(),
        first_sent: Timestamp::from_second(1_700_000_000).unwrap(),
        context: context(),
    }
}

pub(super) fn line(name: &str, sku: &str, quantity: u32) -> WantedLine {
    WantedLine {
        line: name.parse().unwrap(),
        sku: sku.parse().unwrap(),
        quantity: Quantity::new(quantity).unwrap(),
        location: None,
        fulfilment: FulfilmentMode::ShipFromStore,
    }
}

pub(super) fn reserve(order: &str, lines: Vec<WantedLine>) -> Reserve {
    Reserve {
        reference: order.into(),
        lines,
        expires_in_seconds: 900,
        allow_partial: false,
    }
}

pub(super) fn create(order: &str, lines: Vec<WantedLine>) -> CreateOrder {
    CreateOrder {
        reference: order.into(),
        ship_to: Address {
            country: "US".into(),
            region: "TX".into(),
            postal_code: "78701".into(),
            city: "Austin".into(),
            lines: vec!["1 Main St".into()],
        },
        lines,
    }
}

pub(super) fn receive(reference: &str) -> ReceiveReturn {
    ReceiveReturn {
        reference: reference.into(),
        order: "o1".into(),
        location: "store-soho".parse().unwrap(),
        lines: vec![ReturnLine {
            line: "A".parse().unwrap(),
            sku: "A-1".parse().unwrap(),
            quantity: Quantity::ONE,
            disposition: Disposition::Restock,
        }],
    }
}

pub(super) fn parcel() -> Ship {
    Ship {
        carrier: "ups".into(),
        tracking: "1Z".into(),
    }
}

pub(super) fn word(number: &str) -> AuthoriseShipment {
    AuthoriseShipment {
        fulfilment_order: number.into(),
    }
}

pub(super) fn code<T: std::fmt::Debug>(result: Result<T, Fault>) -> String {
    match result {
        Err(Fault::Refused(refusal)) => refusal.code,
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

pub(super) fn unknown<T: std::fmt::Debug>(result: &Result<T, Fault>) {
    assert!(matches!(result, Err(Fault::Unknown { .. })), "{result:?}");
}
