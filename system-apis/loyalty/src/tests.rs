//! The API from outside: the contract's client, over the router, with two engines routed by brand.

use crate::{Connector, api};
use crossdock_model::{Currency, MemberId, Tier};
use crossdock_outbound::RoutingKey;
use crossdock_rig::{
    SystemHarness, context, declared_whole, delivery, directory, embedded, refused,
};
use crossdock_runtime::Api;
use crossdock_system::RoutingRule;
use sys_loyalty_contract::{
    API, Accrue, Evaluate, Extend, Hold, LoyaltyClient, Mature, Restore, Reverse, RunPoints,
};
use sys_loyalty_embedded::Seed;

async fn built() -> Api {
    let mut harness = SystemHarness::of(API);
    for (name, seed) in [("stars", Seed::demo()), ("miles", Seed::partner())] {
        let settings = sys_loyalty_embedded::Settings {
            api_key: "key".into(),
            seed,
        };
        let engine = sys_loyalty_embedded::backend(None, harness.clock(), settings);
        harness.serve(name, &engine.await.unwrap().router);
    }
    let connector = Connector::Embedded(embedded("key"));
    let rule = |connector: &str, brand: Option<&str>| RoutingRule {
        connector: connector.into(),
        tenant: None,
        brand: brand.map(str::to_owned),
        capability: None,
    };
    let connectors = ["stars", "miles"].map(|name| (name, connector.clone()));
    let routing = vec![rule("miles", Some("wings")), rule("stars", None)];
    api(harness.deps(connectors, routing)).unwrap()
}

async fn client() -> LoyaltyClient {
    LoyaltyClient::new(&directory(&built().await), Tier::Process)
}

#[tokio::test]
async fn brands_have_their_own_engine_and_an_order_stays_with_the_one_it_pins() {
    let client = client().await;
    let wings = RoutingKey {
        brand: Some("wings".into()),
        capability: None,
    };
    let routed = client.routing(&context(), &wings).await.unwrap();
    assert_eq!(routed.connector.as_str(), "miles");
    let branded = Evaluate {
        brand: Some("wings".into()),
        ..Evaluate::sample()
    };
    let worth = client.evaluate(&context(), &branded).await.unwrap();
    assert_eq!(&*worth.program.0, "partner-miles");
    let miles = client.pinned_to(&routed.connector);
    let held = miles
        .hold(&delivery("1", 1), &Hold::sample())
        .await
        .unwrap();
    assert_eq!(held.reference.system.as_str(), "miles");
    assert!(
        client
            .hold_by(&context(), &held.order)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        miles
            .hold_by(&context(), &held.order)
            .await
            .unwrap()
            .unwrap(),
        held
    );
    let ada = MemberId("member-ada".into());
    assert_eq!(
        client.account(&context(), &ada).await.unwrap().available,
        1_500
    );
    assert_eq!(
        miles.account(&context(), &ada).await.unwrap().available,
        500
    );
}

#[tokio::test]
async fn a_hold_is_extended_by_its_order() {
    let client = client().await;
    let mut extend = Extend {
        reference: Hold::sample().reference,
        expires_in_seconds: 3_600,
    };
    let unknown = refused(client.extend(&delivery("1", 1), &extend).await);
    assert_eq!(unknown.code, "not_found");
    let held = client
        .hold(&delivery("2", 1), &Hold::sample())
        .await
        .unwrap();
    let extended = client.extend(&delivery("3", 1), &extend).await.unwrap();
    assert!(extended.expires_at > held.expires_at, "{extended:?}");
    extend.expires_in_seconds = 60;
    let shorter = client.extend(&delivery("4", 1), &extend).await.unwrap();
    assert_eq!(shorter, extended);
    let found = client.hold_by(&context(), &held.order).await.unwrap();
    assert_eq!(found, Some(extended));
}

#[tokio::test]
async fn what_was_done_is_found_by_order_and_cause() {
    let client = client().await;
    let accrued = client
        .accrue(&delivery("1", 1), &Accrue::sample())
        .await
        .unwrap();
    let order = &accrued.order;
    assert_eq!(
        client.accrual_by(&context(), order).await.unwrap().unwrap(),
        accrued
    );
    let units: Vec<_> = accrued
        .runs
        .iter()
        .map(|earned| earned.units.clone())
        .collect();
    let mature = Mature {
        reference: order.clone(),
        key: "cap-1".into(),
        units: units.clone(),
    };
    let matured = client.mature(&delivery("2", 1), &mature).await.unwrap();
    assert_eq!(
        client
            .maturity_by(&context(), order, "cap-1")
            .await
            .unwrap()
            .unwrap(),
        matured
    );
    assert!(
        client
            .maturity_by(&context(), order, "cap-2")
            .await
            .unwrap()
            .is_none()
    );
    let reverse = Reverse {
        reference: order.clone(),
        key: "r-1".into(),
        units,
    };
    let reversed = client.reverse(&delivery("3", 1), &reverse).await.unwrap();
    assert_eq!((reversed.points, reversed.from_available), (84, 84));
    assert_eq!(
        client
            .reversal_by(&context(), order, "r-1")
            .await
            .unwrap()
            .unwrap(),
        reversed
    );
    assert!(
        client
            .restore_by(&context(), order, "r-1")
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(kinds(&client).await, ["reverse", "mature", "earn-pending"]);
}

/// The newest three movements of Ada's account.
async fn kinds(client: &LoyaltyClient) -> Vec<String> {
    let ada = MemberId("member-ada".into());
    let ledger = client.ledger(&context(), &ada).await.unwrap();
    ledger
        .entries
        .into_iter()
        .take(3)
        .map(|entry| entry.kind)
        .collect()
}

#[tokio::test]
async fn a_refusal_reaches_the_caller_with_its_code() {
    let client = client().await;
    let many = Hold {
        points: 9_999,
        ..Hold::sample()
    };
    let refusal = refused(client.hold(&delivery("1", 1), &many).await);
    assert_eq!(refusal.code, "points_insufficient");
    assert!(
        refusal.detail.contains("1500 available"),
        "{}",
        refusal.detail
    );
}

#[tokio::test]
async fn bad_baskets_are_pointed_at() {
    let client = client().await;
    let unknown = Evaluate {
        codes: vec!["TENOFF".into(), "NOPE".into()],
        ..Evaluate::sample()
    };
    let mut mixed = Evaluate::sample();
    mixed.lines[1].unit_price.currency = Currency::EUR;
    let wrong = [
        (unknown, "validation_failed", "/codes/1"),
        (mixed, "mixed_currencies", "/lines/1/unitPrice/currency"),
    ];
    for (basket, code, pointer) in wrong {
        let refusal = refused(client.evaluate(&context(), &basket).await);
        assert_eq!(
            (refusal.code.as_str(), refusal.errors[0].pointer.as_str()),
            (code, pointer)
        );
    }
}

#[tokio::test]
async fn runs_with_a_unit_in_common_are_pointed_at() {
    let client = client().await;
    let run = |units: &str| RunPoints {
        units: units.parse().unwrap(),
        points_each: 1,
    };
    let runs = vec![run("B#1"), run("A#5..A#9"), run("A#1..A#5")];
    let units: Vec<_> = runs.iter().map(|run| run.units.clone()).collect();
    let (reference, key) = ("o-1".to_owned(), "c-1".to_owned());
    let accrue = Accrue {
        runs: runs.clone(),
        ..Accrue::sample()
    };
    let restore = Restore {
        reference: reference.clone(),
        key: key.clone(),
        runs,
    };
    let mature = Mature {
        reference: reference.clone(),
        key: key.clone(),
        units: units.clone(),
    };
    let reverse = Reverse {
        reference,
        key,
        units,
    };
    let refusals = [
        (
            refused(client.accrue(&delivery("1", 1), &accrue).await),
            "/runs/1/units",
        ),
        (
            refused(client.restore(&delivery("2", 1), &restore).await),
            "/runs/1/units",
        ),
        (
            refused(client.mature(&delivery("3", 1), &mature).await),
            "/units/1",
        ),
        (
            refused(client.reverse(&delivery("4", 1), &reverse).await),
            "/units/1",
        ),
    ];
    for (refusal, pointer) in refusals {
        assert_eq!(refusal.code, "validation_failed");
        assert_eq!(refusal.errors[0].pointer, pointer);
        assert!(refusal.detail.contains("both name A#5"), "{refusal:?}");
    }
}

#[tokio::test]
async fn points_that_do_not_add_up_are_refused_before_the_engine_is_asked() {
    let client = client().await;
    let many = RunPoints {
        units: "A#1..A#4294967295".parse().unwrap(),
        points_each: 100_000_000_000,
    };
    let accrue = Accrue {
        runs: vec![many],
        ..Accrue::sample()
    };
    let refusal = refused(client.accrue(&delivery("1", 1), &accrue).await);
    assert_eq!(refusal.code, "amount_too_large");
}

#[tokio::test]
async fn every_operation_is_declared_whole() {
    assert_eq!(declared_whole(&built().await), 17);
}
