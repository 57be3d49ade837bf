//! One suite over every customer connector: safe to call twice, refusals by what can be done.

use crate::port::CustomerBackend;
use crate::{App, Connector, Deps, api};
use crossdock_books::{FaultKind, Faults, Times};
use crossdock_model::{CustomerId, Fault, Tenant};
use crossdock_outbound::safely;
use crossdock_rig::{Fixture, code, declared_whole, delivery, embedded};
use sys_customer_contract::{API, NewCustomer, Resolve, UpdateCustomer};

/// The connected backend in memory, which knows us by `key`; we say `api_key`.
async fn connected_by(api_key: &str) -> (App, Faults) {
    let (deps, faults) = deps_by(api_key).await;
    (deps.connect(API, Connector::connect).unwrap(), faults)
}

async fn deps_by(api_key: &str) -> (Deps, Faults) {
    let mut ground = Fixture::of(API);
    let settings = sys_customer_embedded::Settings {
        api_key: "key".into(),
        seed: sys_customer_embedded::Seed::demo(),
    };
    let crm = sys_customer_embedded::backend(None, ground.clock(), settings);
    let crm = crm.await.unwrap();
    ground.serve("main", &crm.router);
    let connector = Connector::Embedded(embedded(api_key));
    let deps = ground.deps([("main", connector)], Vec::new());
    (deps, crm.faults().clone())
}

fn crm(app: &App) -> &dyn CustomerBackend {
    app.named("main").unwrap().1
}

fn acme() -> Tenant {
    Tenant::from("acme")
}

#[tokio::test]
async fn registering_twice_registers_once_even_when_the_first_answer_was_lost() {
    let (app, faults) = connected_by("key").await;
    let crm = crm(&app);
    let new = NewCustomer::sample();
    faults.arm("POST *", FaultKind::AnswerLost, Times::Next(1));
    let lost = crm.create(&delivery("key-1", 1), &new).await.unwrap_err();
    assert!(matches!(lost, Fault::Unknown { .. }), "{lost}");
    let again = delivery("key-1", 2);
    let made = safely(
        &again,
        crm.abilities().create,
        app.clock(),
        || crm.create(&again, &new),
        || crm.created(&again.context.caller.tenant, &new.reference),
    );
    let made = made.await.unwrap();
    let found = crm.created(&acme(), &new.reference).await.unwrap().unwrap();
    assert_eq!(made.id, found.id);
    assert_eq!(found.version, 1);
}

#[tokio::test]
async fn an_update_whose_answer_was_lost_is_found_and_not_made_again() {
    let (app, faults) = connected_by("key").await;
    let crm = crm(&app);
    let mut update = UpdateCustomer::on(CustomerId("cust-ada".into()), 1);
    update.name = Some("Ada Stone".into());
    faults.arm("POST *", FaultKind::AnswerLost, Times::Next(1));
    assert!(crm.update(&delivery("key-1", 1), &update).await.is_err());
    let again = delivery("key-1", 2);
    let tenant = acme();
    let done = safely(
        &again,
        crm.abilities().update,
        app.clock(),
        || crm.update(&again, &update),
        || crm.updated(&tenant, &update),
    );
    assert_eq!(done.await.unwrap().version, 2);
    assert_eq!(
        code(crm.update(&delivery("key-1", 1), &update).await),
        "version_conflict"
    );
}

#[tokio::test]
async fn people_are_found_by_what_they_are_known_by() {
    let (app, _faults) = connected_by("key").await;
    let by = async |ask| crm(&app).resolve(&acme(), &ask).await;
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

#[tokio::test]
async fn a_wrong_key_is_our_set_up_not_a_refusal() {
    let (app, _faults) = connected_by("stale").await;
    let fault = crm(&app)
        .customer(&acme(), &CustomerId("cust-ada".into()))
        .await
        .unwrap_err();
    assert!(matches!(fault, Fault::Misconfigured { .. }), "{fault}");
}

#[tokio::test]
async fn every_operation_is_declared_whole() {
    let (deps, _faults) = deps_by("key").await;
    assert_eq!(declared_whole(&api(deps).unwrap()), 6);
}
