//! The API from outside: the contract's client, over the router, with two engines routed by brand.

use crate::{Connector, Deps, Settings, api};
use crossdock_model::{
    Caller, Context, Correlation, Currency, Delivery, Fault, MemberId, StepKey, Tenant, Tier,
    Timestamp,
};
use crossdock_outbound::{Backends, Directory, RoutingKey, Transport};
use crossdock_runtime::{Api, ManualClock};
use crossdock_system::{EmbeddedSettings, RoutingRule};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use sys_loyalty_contract::{API, Accrue, Evaluate, Hold, LoyaltyClient, Mature, Reverse};
use sys_loyalty_embedded::Seed;

async fn built() -> Api {
    let clock = Arc::new(ManualClock::at(
        Timestamp::from_second(1_700_000_000).unwrap(),
    ));
    let backends = Backends::new(crossdock_outbound::client().unwrap());
    let mut local = HashMap::new();
    let mut connectors = std::collections::BTreeMap::new();
    for (name, seed) in [("stars", Seed::demo()), ("miles", Seed::partner())] {
        let settings = sys_loyalty_embedded::Settings {
            api_key: "key".into(),
            seed,
        };
        let engine = sys_loyalty_embedded::backend(None, Arc::clone(&clock) as _, settings)
            .await
            .unwrap();
        local.insert(("loyalty".to_owned(), name.into()), engine.router);
        let settings = EmbeddedSettings {
            base_url: None,
            api_key: "key".into(),
        };
        connectors.insert(name.into(), Connector::Embedded(settings));
    }
    backends.serve_locally(local);
    let rule = |connector: &str, brand: Option<&str>| RoutingRule {
        connector: connector.into(),
        tenant: None,
        brand: brand.map(str::to_owned),
        capability: None,
    };
    let routing = vec![rule("miles", Some("wings")), rule("stars", None)];
    api(Deps {
        settings: Settings {
            connectors,
            routing,
        },
        backends,
        clock,
    })
    .unwrap()
}

async fn client() -> LoyaltyClient {
    let directory = Directory::default();
    directory.fill(HashMap::from([(
        API,
        Transport::in_process(built().await.router),
    )]));
    LoyaltyClient::new(&directory, Tier::Process)
}

fn context() -> Context {
    Context::new(
        Caller::workflow(Tenant::from("acme")),
        Correlation("journey".into()),
    )
}

fn first(key: &str) -> Delivery {
    Delivery {
        key: StepKey(key.into()),
        attempt: NonZeroU32::MIN,
        first_sent: Timestamp::from_second(1_700_000_000).unwrap(),
        context: context(),
    }
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
    let miles = client.at(&routed.connector);
    let held = miles.hold(&first("1"), &Hold::sample()).await.unwrap();
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
async fn what_was_done_is_found_by_order_and_cause() {
    let client = client().await;
    let accrued = client.accrue(&first("1"), &Accrue::sample()).await.unwrap();
    let order = &accrued.order;
    assert_eq!(
        client.accrual_by(&context(), order).await.unwrap().unwrap(),
        accrued
    );
    let units: Vec<_> = accrued
        .units
        .iter()
        .map(|earned| earned.unit.clone())
        .collect();
    let mature = Mature {
        reference: order.clone(),
        key: "cap-1".into(),
        units: units.clone(),
    };
    let matured = client.mature(&first("2"), &mature).await.unwrap();
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
    let reversed = client.reverse(&first("3"), &reverse).await.unwrap();
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
    let fault = client.hold(&first("1"), &many).await.unwrap_err();
    let Fault::Refused(refusal) = fault else {
        panic!("{fault}")
    };
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
        let fault = client.evaluate(&context(), &basket).await.unwrap_err();
        let Fault::Refused(refusal) = fault else {
            panic!("{fault}")
        };
        assert_eq!(
            (refusal.code.as_str(), refusal.errors[0].pointer.as_str()),
            (code, pointer)
        );
    }
}

#[tokio::test]
async fn every_operation_is_declared_whole() {
    let contract = serde_json::to_value(built().await.contract).unwrap();
    let mut seen = 0;
    for item in contract["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            seen += 1;
            let id = operation["operationId"].as_str().unwrap();
            assert!(id.starts_with("loyalty_"), "{id}");
            for declared in [
                "security",
                "x-domain",
                "x-pattern",
                "x-latency-ms",
                "x-limit-class",
                "x-degrade",
                "x-data-class",
            ] {
                assert!(!operation[declared].is_null(), "{id} lacks {declared}");
            }
        }
    }
    assert_eq!(seen, 16);
}
