//! A connected engine whose answers can be lost, and what it is asked with.

use crate::Connector;
use crate::port::LoyaltyBackend;
use crossdock_books::{Book, FaultKind, Faults, Times};
use crossdock_model::{Delivery, Fault, MemberId, Tenant, UnitRange};
use crossdock_outbound::{Ability, Lookup, safely};
use crossdock_rig::{SystemHarness, delivery, embedded};
use crossdock_runtime::ManualClock;
use crossdock_system::ConnectedBackends;
use std::future::Future;
use std::sync::Arc;
use sys_loyalty_contract::{API, Hold};
use sys_loyalty_embedded::Seed;

/// A connected engine in memory, with its faults, its book and its clock.
pub(super) struct Fixture {
    backends: ConnectedBackends<dyn LoyaltyBackend>,
    pub(super) faults: Faults,
    pub(super) book: Book,
    pub(super) clock: Arc<ManualClock>,
}

pub(super) fn acme() -> Tenant {
    Tenant::from("acme")
}

pub(super) fn order() -> String {
    Hold::sample().reference
}

pub(super) fn range(units: &str) -> UnitRange {
    units.parse().unwrap()
}

impl Fixture {
    /// One for every connector of the list, over an engine that is set up like that.
    pub(super) async fn all(seed: &Seed) -> Vec<Self> {
        let connectors = crossdock_rig::connectors(|kind| match kind {
            "embedded" => Some(Connector::Embedded(embedded("key"))),
            _unknown => None,
        });
        let mut all = Vec::with_capacity(connectors.len());
        for connector in connectors {
            all.push(match connector {
                Connector::Embedded(_) => Self::embedded(connector, seed.clone()).await,
            });
        }
        all
    }

    async fn embedded(connector: Connector, seed: Seed) -> Self {
        let mut harness = SystemHarness::of(API);
        let settings = sys_loyalty_embedded::Settings {
            api_key: "key".into(),
            seed,
        };
        let engine = sys_loyalty_embedded::backend(None, harness.clock(), settings);
        let engine = engine.await.unwrap();
        harness.serve("main", &engine.router);
        let deps = harness.deps([("main", connector)], Vec::new());
        Self {
            backends: deps.connect(API, Connector::connect).unwrap(),
            faults: engine.faults().clone(),
            book: engine.book,
            clock: harness.clock,
        }
    }

    pub(super) fn engine(&self) -> &dyn LoyaltyBackend {
        self.backends.named("main").unwrap().1
    }

    /// Loses the answer of a first delivery, delivers again, and again with another key; answers what came of it.
    pub(super) async fn deliver_thrice<T, C, P>(
        &self,
        key: &str,
        ability: Ability,
        call: impl Fn(Delivery) -> C,
        probe: impl Fn() -> P,
    ) -> T
    where
        T: PartialEq + std::fmt::Debug,
        C: Future<Output = Result<T, Fault>>,
        P: Future<Output = Lookup<T>>,
    {
        self.faults
            .arm("POST *", FaultKind::AnswerLost, Times::Next(1));
        let lost = call(delivery(key, 1)).await.unwrap_err();
        assert!(matches!(lost, Fault::Unknown { .. }), "{lost}");
        let again = delivery(key, 2);
        let resent = || call(again.clone());
        let done = safely(&again, ability, &*self.clock, resent, &probe)
            .await
            .unwrap();
        let other = format!("{key}-other");
        assert_eq!(
            call(delivery(&other, 1)).await.unwrap(),
            done,
            "its reference is enough"
        );
        let found = probe().await.unwrap();
        assert_eq!(found.as_ref(), Some(&done), "the look-up finds it");
        done
    }

    pub(super) async fn buckets(&self) -> [i64; 4] {
        let account = self
            .engine()
            .account(&acme(), &MemberId("member-ada".into()))
            .await
            .unwrap();
        let lots: i64 = account.lots.iter().map(|lot| lot.quantity).sum();
        assert_eq!(account.available, lots - account.held);
        [
            account.available,
            account.pending,
            account.held,
            account.debt,
        ]
    }

    pub(super) fn entries(&self, kind: &str) -> usize {
        let entries = self.book.table("entry").unwrap();
        entries.iter().filter(|entry| entry["kind"] == kind).count()
    }
}
