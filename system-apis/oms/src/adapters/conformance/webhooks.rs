//! The webhooks of a backend, as events of the feed.

use super::fixture::{Fixture, SECRET, authorise, create, line, parcel};
use crossdock_books::Secret;
use crossdock_model::LineId;
use crossdock_model::event::{EventLine, FulfilmentRejected, FulfilmentShortPicked};
use crossdock_outbound::Endpoint;
use crossdock_rig::delivery;
use crossdock_store::StoredEvent;
use http::StatusCode;
use std::collections::{BTreeMap, BTreeSet};
use sys_oms_contract::{Pick, PickedLine, Reject};

/// An order whose first location finds half of it, and whose second will not ship the rest.
async fn send_every_kind(fixture: &Fixture) {
    let to = delivery("x", 1);
    let lines = vec![line("A", "A-1", 2)];
    fixture
        .oms
        .create_order(&to, &create("o1", lines))
        .await
        .unwrap();
    fixture.oms.accept(&to, "FO-000001").await.unwrap();
    fixture.oms.pick(&to, "FO-000001", &found(1)).await.unwrap();
    fixture.oms.pack(&to, "FO-000001").await.unwrap();
    fixture
        .oms
        .authorise_shipment(&to, &authorise("FO-000001"))
        .await
        .unwrap();
    fixture.oms.ship(&to, "FO-000001", &parcel()).await.unwrap();
    let reject = Reject {
        reason: "closed".into(),
    };
    fixture.oms.reject(&to, "FO-000002", &reject).await.unwrap();
}

#[tokio::test]
async fn webhooks_become_events_once_and_in_order() {
    for fixture in Fixture::all().await {
        send_every_kind(&fixture).await;
        let sent = fixture.deliverer("oms-main").deliver_now().await.unwrap();
        assert_eq!(sent.waiting, 0);

        let events = fixture.events().await;
        let first = |event: &&StoredEvent| event.aggregate_id == events[0].aggregate_id;
        let kinds: Vec<&str> = events
            .iter()
            .filter(first)
            .map(|event| &*event.kind)
            .collect();
        let expected = [
            "Requested",
            "Accepted",
            "ShortPicked",
            "Picked",
            "Packed",
            "Shipped",
        ];
        assert_eq!(kinds, expected.map(|kind| format!("Fulfilment{kind}")));
        let sequences: Vec<u64> = events
            .iter()
            .filter(first)
            .map(|event| event.sequence)
            .collect();
        assert_eq!(sequences, [1, 2, 3, 4, 5, 6]);
        assert!(
            events
                .iter()
                .all(|event| &*event.correlation == "journey-1")
        );
        assert!(
            events
                .iter()
                .any(|event| &*event.kind == "FulfilmentRejected")
        );
        let shipped = events
            .iter()
            .find(|event| &*event.kind == "FulfilmentShipped")
            .unwrap();
        let data: serde_json::Value = serde_json::from_slice(&shipped.data).unwrap();
        assert_eq!(data["orderReference"], "o1");
        assert_eq!(data["lines"][0]["quantity"], 1);
        assert_eq!(data["shipment"], "SH-000001");
    }
}

/// Of line A so many were found.
fn found(units: u32) -> Pick {
    Pick {
        lines: vec![PickedLine {
            line: "A".parse::<LineId>().unwrap(),
            picked: units,
        }],
    }
}

#[tokio::test]
async fn what_is_not_found_or_rejected_tells_what_nobody_else_has() {
    for fixture in Fixture::all().await {
        let (oms, to) = (&fixture.oms, delivery("x", 1));
        let reject = Reject {
            reason: "closed".into(),
        };
        let lines = || vec![line("A", "A-1", 2)];
        // One of the three locations after another does not ship it, or finds half of it.
        oms.create_order(&to, &create("o1", lines())).await.unwrap();
        oms.reject(&to, "FO-000001", &reject).await.unwrap();
        oms.accept(&to, "FO-000002").await.unwrap();
        oms.pick(&to, "FO-000002", &found(1)).await.unwrap();
        oms.reject(&to, "FO-000003", &reject).await.unwrap();
        // The shelf that was found half empty is blocked, so two locations are left.
        oms.create_order(&to, &create("o2", lines())).await.unwrap();
        oms.reject(&to, "FO-000004", &reject).await.unwrap();
        oms.accept(&to, "FO-000005").await.unwrap();
        oms.pick(&to, "FO-000005", &found(0)).await.unwrap();
        fixture.deliverer("oms-main").deliver_now().await.unwrap();
        let expected = [
            (1, vec![]),
            (2, vec![]),
            (3, vec![1]),
            (4, vec![]),
            (5, vec![2]),
        ];
        let expected = expected.map(|(no, units)| (format!("FO-{no:06}"), units));
        assert_eq!(backordered(&fixture).await, BTreeMap::from(expected));
    }
}

/// What waits for stock by each event that says so, by its fulfilment order.
async fn backordered(fixture: &Fixture) -> BTreeMap<String, Vec<u32>> {
    let events = fixture.events().await.into_iter();
    let told = events.filter_map(|event| match &*event.kind {
        "FulfilmentRejected" => {
            let told: FulfilmentRejected = serde_json::from_slice(&event.data).unwrap();
            Some((told.fulfilment_order, units(&told.backordered)))
        }
        "FulfilmentShortPicked" => {
            let told: FulfilmentShortPicked = serde_json::from_slice(&event.data).unwrap();
            Some((told.fulfilment_order, units(&told.backordered)))
        }
        _other => None,
    });
    told.collect()
}

fn units(lines: &[EventLine]) -> Vec<u32> {
    lines.iter().map(|line| line.quantity.get()).collect()
}

#[tokio::test]
async fn a_repeated_late_or_forged_webhook_adds_nothing() {
    for fixture in Fixture::all().await {
        let to = delivery("x", 1);
        let (oms, lines) = (&fixture.oms, vec![line("A", "A-1", 2)]);
        oms.create_order(&to, &create("o1", lines)).await.unwrap();
        oms.accept(&to, "FO-000001").await.unwrap();
        oms.pick(&to, "FO-000001", &Pick::default()).await.unwrap();
        let outbox = fixture.backend.book.table("webhook_outbox").unwrap();
        let body = |at: usize| outbox[at]["body"].as_str().unwrap().to_owned();
        let hooks = Endpoint::local(fixture.api.hooks.clone().unwrap());
        let post = async |id: &str, body: String, secret: &str, path: &str| {
            let now = fixture.backend.book.now();
            let signed = Secret::parse(secret)
                .unwrap()
                .sign(id, now, body.as_bytes());
            let mut sending = hooks.post(path).bytes("application/json", body.into());
            sending.headers_mut().extend(signed);
            sending.send().await.unwrap().status
        };
        let kinds = async || {
            fixture
                .events()
                .await
                .iter()
                .map(|event| event.kind.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            post("m3", body(2), SECRET, "/oms-main").await,
            StatusCode::NO_CONTENT
        );
        assert_eq!(kinds().await, ["FulfilmentPicked"]);
        // The same message again, then an older one that comes late.
        assert_eq!(
            post("m3", body(2), SECRET, "/oms-main").await,
            StatusCode::NO_CONTENT
        );
        assert_eq!(
            post("m2", body(1), SECRET, "/oms-main").await,
            StatusCode::NO_CONTENT
        );
        assert_eq!(kinds().await, ["FulfilmentPicked"]);

        let forged = "whsec_Zm9yZ2VkIGZvcmdlZCBmb3JnZWQgZm9yZ2VkIGZvcmc=";
        assert_eq!(
            post("m4", body(2), forged, "/oms-main").await,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(
            post("m5", "{}".into(), SECRET, "/oms-main").await,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(
            post("m6", body(2), SECRET, "/nobody").await,
            StatusCode::NOT_FOUND
        );
        assert_eq!(kinds().await, ["FulfilmentPicked"]);
    }
}

#[tokio::test]
async fn what_was_told_is_asked_for_and_becomes_the_same_events() {
    for mut fixture in Fixture::all().await {
        send_every_kind(&fixture).await;
        fixture.deliverer("oms-main").deliver_now().await.unwrap();
        let told = facts(&fixture).await;
        assert!(told.len() > 6);
        // The store is lost with its inbox and its feed; the OMS believes that all was delivered.
        fixture.lose_store();
        fixture.run_until(told.len()).await;
        assert_eq!(facts(&fixture).await, told);
        let outbox = "UPDATE webhook_outbox SET delivered_at = NULL";
        let forgotten = fixture.backend.book.write(|tx| Ok(tx.execute(outbox, [])?));
        assert_eq!(forgotten.await.unwrap(), told.len());
        fixture.deliverer("oms-main").deliver_now().await.unwrap();
        assert_eq!(
            facts(&fixture).await,
            told,
            "a webhook that comes again adds nothing"
        );
    }
}

#[tokio::test]
async fn a_webhook_that_never_comes_is_asked_for() {
    for mut fixture in Fixture::all().await {
        let lines = vec![line("A", "A-1", 2)];
        let to = delivery("x", 1);
        let oms = &fixture.oms;
        oms.create_order(&to, &create("o1", lines)).await.unwrap();
        fixture.run_until(1).await;
        // What was taken before is not told again, what came to pass since is.
        let oms = &fixture.oms;
        oms.accept(&to, "FO-000001").await.unwrap();
        fixture.serve_again();
        fixture.run_until(2).await;
        let events = fixture.events().await;
        let kinds: Vec<&str> = events.iter().map(|event| &*event.kind).collect();
        assert_eq!(kinds, ["FulfilmentRequested", "FulfilmentAccepted"]);
    }
}

/// Each event as its readers know it again: id, kind, data.
async fn facts(fixture: &Fixture) -> BTreeSet<(String, String, String)> {
    let events = fixture.events().await.into_iter();
    let facts = events.map(|event| {
        let data = String::from_utf8_lossy(&event.data).into_owned();
        (event.id.to_string(), event.kind.to_string(), data)
    });
    facts.collect()
}
