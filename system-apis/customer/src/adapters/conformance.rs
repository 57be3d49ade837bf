//! One suite over every customer connector: safe to call twice, refusals by what can be done.

use crate::port::CustomerBackend;
use crate::{Connector, Deps, api};
use crossdock_books::{FaultKind, Faults, Times};
use crossdock_model::{CustomerId, Fault, Tenant};
use crossdock_outbound::safely;
use crossdock_rig::{SystemHarness, code, declared_whole, delivery, embedded};
use crossdock_system::ConnectedBackends;
use sys_customer_contract::{API, NewCustomer, Resolve, UpdateCustomer};

/// A connected CRM in memory, with its faults.
struct Fixture {
    backends: ConnectedBackends<dyn CustomerBackend>,
    faults: Faults,
}

impl Fixture {
    /// One for every connector of the list.
    async fn all() -> Vec<Self> {
        Self::all_with("key").await
    }

    /// The same, each knowing its CRM's key as `api_key`.
    async fn all_with(api_key: &str) -> Vec<Self> {
        let mut all = Vec::new();
        for (deps, faults) in every_deps(api_key).await {
            let backends = deps.connect(API, Connector::connect).unwrap();
            all.push(Self { backends, faults });
        }
        all
    }

    fn crm(&self) -> &dyn CustomerBackend {
        self.backends.named("main").unwrap().1
    }
}

/// The dependencies of the API for every connector of the list, with the faults of its CRM.
async fn every_deps(api_key: &str) -> Vec<(Deps, Faults)> {
    let connectors = crossdock_rig::connectors(|kind| match kind {
        "embedded" => Some(Connector::Embedded(embedded(api_key))),
        _unknown => None,
    });
    let mut all = Vec::new();
    for connector in connectors {
        all.push(match connector {
            Connector::Embedded(_) => embedded_deps(connector).await,
        });
    }
    all
}

async fn embedded_deps(connector: Connector) -> (Deps, Faults) {
    let mut harness = SystemHarness::of(API);
    let settings = sys_customer_embedded::Settings {
        api_key: "key".into(),
        seed: sys_customer_embedded::Seed::demo(),
    };
    let crm = sys_customer_embedded::backend(None, harness.clock(), settings);
    let crm = crm.await.unwrap();
    harness.serve("main", &crm.router);
    let deps = harness.deps([("main", connector)], Vec::new());
    (deps, crm.faults().clone())
}

fn acme() -> Tenant {
    Tenant::from("acme")
}

#[tokio::test]
async fn registering_twice_registers_once_even_when_the_first_answer_was_lost() {
    for fixture in Fixture::all().await {
        let (crm, faults) = (fixture.crm(), &fixture.faults);
        let new = NewCustomer::sample();
        faults.arm("POST *", FaultKind::AnswerLost, Times::Next(1));
        let lost = crm.create(&delivery("key-1", 1), &new).await.unwrap_err();
        assert!(matches!(lost, Fault::Unknown { .. }), "{lost}");
        let again = delivery("key-1", 2);
        let made = safely(
            &again,
            crm.abilities().create,
            fixture.backends.clock(),
            || crm.create(&again, &new),
            || crm.created(&again.context.caller.tenant, &new.reference),
        );
        let made = made.await.unwrap();
        let found = crm.created(&acme(), &new.reference).await.unwrap().unwrap();
        assert_eq!(made.id, found.id);
        assert_eq!(found.version, 1);
    }
}

#[tokio::test]
async fn an_update_whose_answer_was_lost_is_found_and_not_made_again() {
    for fixture in Fixture::all().await {
        let (crm, faults) = (fixture.crm(), &fixture.faults);
        let mut update = UpdateCustomer::on(CustomerId("cust-ada".into()), 1);
        update.name = Some("Ada Stone".into());
        faults.arm("POST *", FaultKind::AnswerLost, Times::Next(1));
        assert!(crm.update(&delivery("key-1", 1), &update).await.is_err());
        let again = delivery("key-1", 2);
        let tenant = acme();
        let done = safely(
            &again,
            crm.abilities().update,
            fixture.backends.clock(),
            || crm.update(&again, &update),
            || crm.updated(&tenant, &update),
        );
        assert_eq!(done.await.unwrap().version, 2);
        assert_eq!(
            code(crm.update(&delivery("key-1", 1), &update).await),
            "version_conflict"
        );
    }
}

#[tokio::test]
async fn people_are_found_by_what_they_are_known_by() {
    for fixture in Fixture::all().await {
        let by = async |ask| fixture.crm().resolve(&acme(), &ask).await;
        let ada = by(Resolve::Email("ADA@example.com".into())).await.unwrap();
        assert_eq!(&*ada.id.0, "cust-ada");
        assert_eq!(&*ada.member.unwrap().0, "member-ada");
        assert_eq!(
            &*by(Resolve::LoyaltyCard("member-bob".into()))
                .await
                .unwrap()
                .id
                .0,
            "cust-bob"
        );
        let shared = by(Resolve::Phone("+1 312 555 0103".into())).await;
        assert_eq!(code(shared), "customer_ambiguous");
        assert_eq!(
            code(by(Resolve::Email("no@example.com".into())).await),
            "not_found"
        );
        let gone = by(Resolve::Id(CustomerId("cust-gone".into()))).await;
        assert_eq!(code(gone), "gone");
    }
}

#[tokio::test]
async fn a_wrong_key_is_our_set_up_not_a_refusal() {
    for fixture in Fixture::all_with("stale").await {
        let fault = fixture
            .crm()
            .customer(&acme(), &CustomerId("cust-ada".into()))
            .await
            .unwrap_err();
        assert!(matches!(fault, Fault::Misconfigured { .. }), "{fault}");
    }
}

#[tokio::test]
async fn every_operation_is_declared_whole() {
    for (deps, _faults) in every_deps("key").await {
        assert_eq!(declared_whole(&api(deps).unwrap()), 6);
    }
}
