//! A connected engine whose answers can be lost, and what it is asked with.

use crate::port::LoyaltyBackend;
use crate::{App, Connector, Deps, Settings};
use crossdock_books::{Book, FaultKind, Faults, Times};
use crossdock_model::{
    Caller, Clock as _, Context, Correlation, Delivery, Fault, MemberId, StepKey, Tenant,
    Timestamp, UnitId,
};
use crossdock_outbound::{Ability, Attempted, Backends, safely};
use crossdock_runtime::ManualClock;
use crossdock_system::EmbeddedSettings;
use std::collections::HashMap;
use std::future::Future;
use std::num::NonZeroU32;
use std::sync::Arc;
use sys_loyalty_contract::{API, Hold};
use sys_loyalty_embedded::Seed;

pub(super) struct Rig {
    app: App,
    pub(super) faults: Faults,
    pub(super) book: Book,
    pub(super) clock: Arc<ManualClock>,
}

pub(super) async fn rig(seed: Seed) -> Rig {
    let clock = Arc::new(ManualClock::at(
        Timestamp::from_second(1_700_000_000).unwrap(),
    ));
    let settings = sys_loyalty_embedded::Settings {
        api_key: "key".into(),
        seed,
    };
    let engine = sys_loyalty_embedded::backend(None, Arc::clone(&clock) as _, settings)
        .await
        .unwrap();
    let backends = Backends::new(crossdock_outbound::client().unwrap());
    let (faults, book) = (engine.faults().clone(), engine.book.clone());
    backends.serve_locally(HashMap::from([(
        ("loyalty".into(), "main".into()),
        engine.router,
    )]));
    let connector = Connector::Embedded(EmbeddedSettings {
        base_url: None,
        api_key: "key".into(),
    });
    let deps = Deps {
        settings: Settings {
            connectors: [("main".into(), connector)].into(),
            routing: Vec::new(),
        },
        backends,
        clock: Arc::clone(&clock) as _,
    };
    Rig {
        app: deps.connect(API, Connector::connect).unwrap(),
        faults,
        book,
        clock,
    }
}

pub(super) fn acme() -> Tenant {
    Tenant::from("acme")
}

pub(super) fn order() -> String {
    Hold::sample().reference
}

pub(super) fn unit(id: &str) -> UnitId {
    id.parse().unwrap()
}

impl Rig {
    pub(super) fn engine(&self) -> &dyn LoyaltyBackend {
        self.app.named("main").unwrap().1
    }

    pub(super) fn delivery(&self, key: &str, attempt: u32) -> Delivery {
        let context = Context::new(Caller::workflow(acme()), Correlation("journey".into()));
        Delivery {
            key: StepKey(key.into()),
            attempt: NonZeroU32::new(attempt).unwrap(),
            first_sent: self.clock.now(),
            context,
        }
    }

    /// Loses the answer of a first delivery, delivers again, and again with another key; answers what came of it.
    pub(super) async fn thrice<T, C, P>(
        &self,
        key: &str,
        ability: Ability,
        call: impl Fn(Delivery) -> C,
        probe: impl Fn() -> P,
    ) -> T
    where
        T: PartialEq + std::fmt::Debug,
        C: Future<Output = Result<T, Fault>>,
        P: Future<Output = Attempted<T>>,
    {
        self.faults
            .arm("POST *", FaultKind::AnswerLost, Times::Next(1));
        let lost = call(self.delivery(key, 1)).await.unwrap_err();
        assert!(matches!(lost, Fault::Unknown { .. }), "{lost}");
        let again = self.delivery(key, 2);
        let resent = || call(again.clone());
        let done = safely(&again, ability, &*self.clock, resent, &probe)
            .await
            .unwrap();
        let other = format!("{key}-other");
        assert_eq!(
            call(self.delivery(&other, 1)).await.unwrap(),
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

pub(super) fn code<T: std::fmt::Debug>(answer: Result<T, Fault>) -> String {
    let Err(Fault::Refused(refusal)) = answer else {
        panic!("not a refusal: {answer:?}")
    };
    refusal.code
}
