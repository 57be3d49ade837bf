//! A connector with a backend in memory, and requests to try it with.

use crate::adapters::{Connector, EmbeddedSettings};
use crate::api;
use crossdock_books::{Deliverer, Embedded, FaultKind, Secret, Times};
use crossdock_model::{Address, Fault, Ids, Quantity, Sku, Tier};
use crossdock_outbound::{Endpoint, MaxInFlight};
use crossdock_rig::{SystemHarness, context, directory};
use crossdock_runtime::{Api, Tasks};
use crossdock_store::{Position, SqliteStore, Store, StoredEvent};
use std::sync::Arc;
use std::time::Duration;
use sys_oms_contract::{
    API, AuthoriseShipment, CancelLines, CreateOrder, Disposition, FulfilmentMode, LineToCancel,
    OmsClient, ReceiveReturn, Reserve, ReturnLine, Ship, ShipGate, WantedLine,
};

pub(super) const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// How often its backends are asked for what did not arrive.
const CATCH_UP: Duration = Duration::from_mins(1);

/// A connector with its backend, and everything around it.
pub(super) struct Fixture {
    pub(super) backend: Embedded,
    pub(super) harness: SystemHarness,
    connector: Connector,
    pub(super) store: Arc<SqliteStore>,
    pub(super) oms: OmsClient,
    pub(super) api: Api,
}

impl Fixture {
    /// One for every connector of the list; its parcels wait for an authorisation.
    pub(super) async fn all() -> Vec<Self> {
        Self::all_with(ShipGate::Native).await
    }

    /// The same with another ship gate.
    pub(super) async fn all_with(ship_gate: ShipGate) -> Vec<Self> {
        let connectors = crossdock_rig::connectors(|kind| match kind {
            "embedded" => Some(Connector::Embedded(EmbeddedSettings {
                base_url: None,
                max_in_flight: MaxInFlight::default(),
                api_key: "key".into(),
                webhook_secret: SECRET.into(),
                ship_gate,
            })),
            _unknown => None,
        });
        let mut all = Vec::with_capacity(connectors.len());
        for connector in connectors {
            all.push(match connector {
                Connector::Embedded(_) => Self::embedded(connector).await,
            });
        }
        all
    }

    async fn embedded(connector: Connector) -> Self {
        let mut harness = SystemHarness::of(API);
        let settings = sys_oms_embedded::Settings {
            api_key: "key".into(),
            seed: sys_oms_embedded::Seed::demo(),
            auto_pilot: None,
        };
        let backend = sys_oms_embedded::backend(None, harness.clock(), settings);
        let backend = backend.await.unwrap();
        harness.serve("oms-main", &backend.router);
        let store = Arc::new(SqliteStore::memory().unwrap());
        let api = served(&harness, &connector, &store);
        Self {
            backend,
            harness,
            connector,
            store,
            oms: OmsClient::new(&directory(&api), Tier::Process),
            api,
        }
    }

    /// Its store is lost: the API over the same backend with an empty one.
    pub(super) fn lose_store(&mut self) {
        self.store = Arc::new(SqliteStore::memory().unwrap());
        self.api = served(&self.harness, &self.connector, &self.store);
    }

    /// The process ends and starts again over its store.
    pub(super) fn serve_again(&mut self) {
        self.api = served(&self.harness, &self.connector, &self.store);
    }

    /// Runs what runs beside the API until there are so many events.
    pub(super) async fn run_until(&mut self, events: usize) {
        let tasks = Tasks::new();
        for (name, work) in self.api.background.drain(..) {
            tasks.run(name, work(tasks.stopping()));
        }
        loop {
            let grown = self.store.grown("oms");
            if self.events().await.len() >= events {
                break;
            }
            grown.await;
        }
        tasks.stop(Duration::from_secs(5)).await;
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
        let hooks = Endpoint::local(self.api.hooks.clone().unwrap());
        Deliverer::new(&self.backend.book, secret, hooks, format!("/{connector}"))
    }

    pub(super) async fn events(&self) -> Vec<StoredEvent> {
        self.store
            .events("oms", &Position::default(), 100)
            .await
            .unwrap()
    }

    pub(super) async fn saleable(&self, sku: &str) -> i64 {
        let skus: [Sku; 1] = [sku.parse().unwrap()];
        let rows = self.oms.availability(&context(), &skus).await.unwrap();
        rows.iter().map(|row| row.saleable).sum()
    }
}

fn served(harness: &SystemHarness, connector: &Connector, store: &Arc<SqliteStore>) -> Api {
    let deps = harness.deps([("oms-main", connector.clone())], Vec::new());
    let ids = Arc::new(Ids::seeded(7));
    api(deps, ids, Arc::clone(store) as _, CATCH_UP).unwrap()
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
            region: Some("TX".into()),
            postal_code: Some("78701".into()),
            city: "Austin".into(),
            lines: vec!["1 Main St".into()],
        },
        lines,
    }
}

pub(super) fn cancel_lines(reference: &str, order: &str, line: &str, units: u32) -> CancelLines {
    CancelLines {
        reference: reference.into(),
        order: order.into(),
        lines: vec![LineToCancel {
            line: line.parse().unwrap(),
            quantity: Quantity::new(units).unwrap(),
        }],
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

pub(super) fn authorise(number: &str) -> AuthoriseShipment {
    AuthoriseShipment {
        fulfilment_order: number.into(),
    }
}

pub(super) fn unknown<T: std::fmt::Debug>(result: &Result<T, Fault>) {
    assert!(matches!(result, Err(Fault::Unknown { .. })), "{result:?}");
}
