//! One suite over every payment connector: whatever happens on the way, one effect per delivery.

mod fixture;
mod late_money;
mod webhooks;

use crate::Connector;
use crossdock_books::FaultKind;
use crossdock_model::{Delivery, Fault};
use crossdock_outbound::RoutingKey;
use crossdock_rig::{SystemHarness, code, context, context_of, declared_whole, delivery, usd};
use fixture::{Fixture, SECRET, connectors, holding};
use serde_json::json;
use std::num::NonZeroU32;
use std::time::Duration;
use sys_payment_contract::{API, Authorise, Capture, PaymentState, Refund, RefundState, Void};

#[test]
fn every_operation_is_declared_whole() {
    for fixture in Fixture::all() {
        assert_eq!(declared_whole(&fixture.api), 12);
    }
}

#[tokio::test]
async fn every_write_twice_with_one_key_is_one_effect() {
    for fixture in Fixture::all() {
        fixture.with_captured("tok_visa").await;
        let hold = fixture.authorise("hold", 2, &Authorise::sample()).await;
        assert_eq!(hold.unwrap().state, PaymentState::Authorised);
        let take = fixture.capture("take", 2, &Capture::sample()).await;
        assert_eq!(take.unwrap().amount, usd(9647));
        for attempt in [1, 2] {
            let back = fixture.refund("back", attempt, &Refund::sample()).await;
            assert_eq!(back.unwrap().state, RefundState::Accepted);
        }
        let counts = ["payments", "captures", "refunds"].map(|table| fixture.count(table));
        assert_eq!(counts, [1, 1, 1]);
    }
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_or_broken_is_repeated_as_one_effect() {
    for fault in [
        FaultKind::AnswerLost,
        FaultKind::ErrorAfter,
        FaultKind::ErrorBefore,
        FaultKind::Garbage,
    ] {
        for fixture in Fixture::all() {
            fixture.with_captured("tok_visa").await;
            fixture.arm("POST /v1/refunds", fault.clone());
            let refund = Refund::sample();
            let first = fixture.refund("back", 1, &refund).await;
            assert!(
                matches!(first, Err(Fault::Unknown { .. })),
                "{fault:?}: {first:?}"
            );
            let again = fixture.refund("back", 2, &refund).await;
            assert_eq!(again.unwrap().amount, refund.amount);
            assert_eq!(fixture.count("refunds"), 1, "{fault:?}");
            assert_eq!(fixture.backend.faults().armed()[0].hits, 1);
        }
    }
}

#[tokio::test]
async fn what_was_never_sent_is_simply_tried_again() {
    for fixture in Fixture::all() {
        for fault in [FaultKind::Down, FaultKind::Throttle { retry_after: 3 }] {
            fixture.arm("POST /v1/payments", fault);
            let hold = fixture.authorise("hold", 1, &Authorise::sample()).await;
            assert!(matches!(hold, Err(Fault::Retry { .. })));
        }
        assert_eq!(fixture.count("payments"), 0);
    }
}

#[tokio::test]
async fn a_day_later_the_provider_forgot_the_key_and_the_look_up_decides() {
    for fixture in Fixture::all() {
        let (lost, never) = (
            Authorise::sample(),
            Authorise {
                reference: "another-order".into(),
                ..Authorise::sample()
            },
        );
        fixture.arm("POST /v1/payments", FaultKind::AnswerLost);
        fixture.arm("POST /v1/payments", FaultKind::ErrorBefore);
        let (first, second) = (delivery("hold", 1), delivery("other", 1));
        assert!(fixture.client.authorise(&first, &lost).await.is_err());
        assert!(fixture.client.authorise(&second, &never).await.is_err());
        fixture.clock.advance(Duration::from_hours(25));
        let attempt = NonZeroU32::new(2).unwrap();
        let again = Delivery { attempt, ..first };
        let held = fixture.client.authorise(&again, &lost).await.unwrap();
        assert_eq!(held.order, lost.reference);
        let again = Delivery { attempt, ..second };
        let fault = fixture.client.authorise(&again, &never).await.unwrap_err();
        assert_eq!(fault, Fault::NothingHappened { new_intent: true });
        assert_eq!(fixture.count("payments"), 1);
    }
}

#[tokio::test]
async fn a_forgotten_capture_is_found_by_its_reference_and_never_taken_again() {
    for fixture in Fixture::all() {
        let part = Capture {
            amount: usd(4000),
            last: false,
            ..Capture::sample()
        };
        let hold = fixture.authorise("hold", 1, &Authorise::sample()).await;
        hold.unwrap();
        fixture.arm("POST /v1/captures", FaultKind::AnswerLost);
        let first = delivery("take", 1);
        assert!(fixture.client.capture(&first, &part).await.is_err());
        fixture.clock.advance(Duration::from_hours(25));
        let attempt = NonZeroU32::new(2).unwrap();
        let again = Delivery { attempt, ..first };
        let taken = fixture.client.capture(&again, &part).await.unwrap();
        assert_eq!((taken.amount, fixture.count("captures")), (usd(4000), 1));
        let other = Capture {
            amount: usd(1),
            ..part
        };
        assert_eq!(
            code(fixture.client.capture(&again, &other).await),
            "reference_reused"
        );
    }
}

#[tokio::test]
async fn refusals_come_with_the_codes_of_the_catalogue() {
    for fixture in Fixture::all() {
        let declined = fixture.authorise("1", 1, &holding("tok_declined")).await;
        assert_eq!(code(declined), "card_declined");
        let no_token = fixture.authorise("2", 1, &holding("4111")).await;
        assert_eq!(code(no_token), "validation_failed");
        let nothing_held = fixture.capture("3", 1, &Capture::sample()).await;
        assert_eq!(code(nothing_held), "not_found");
        fixture
            .authorise("4", 1, &holding("tok_expired_soon"))
            .await
            .unwrap();
        let more = Capture {
            amount: usd(9648),
            ..Capture::sample()
        };
        let above = fixture.capture("5", 1, &more).await;
        assert_eq!(code(above), "capture_exceeds_authorisation");
        let nothing_taken = fixture.refund("6", 1, &Refund::sample()).await;
        assert_eq!(code(nothing_taken), "refund_exceeds_capture");
        fixture.clock.advance(Duration::from_hours(1));
        let over = fixture.capture("7", 1, &Capture::sample()).await;
        assert_eq!(code(over), "authorisation_expired");
        let held = fixture
            .client
            .payment(&context(), &Authorise::sample().reference)
            .await;
        assert_eq!(held.unwrap().unwrap().state, PaymentState::Expired);
    }
}

#[tokio::test]
async fn a_void_succeeds_without_anything_to_void_and_refuses_what_comes_late() {
    for fixture in Fixture::all() {
        let order = Authorise::sample().reference;
        let void = Void {
            order: order.clone(),
        };
        for attempt in [1, 2] {
            let voided = fixture.void("void", attempt, &void).await.unwrap();
            assert_eq!((voided.amount, voided.reference), (None, None));
        }
        let late = fixture.authorise("hold", 1, &Authorise::sample()).await;
        assert_eq!(code(late), "tombstoned");
        assert!(
            fixture
                .client
                .payment(&context(), &order)
                .await
                .unwrap()
                .is_none()
        );
    }
}

#[tokio::test]
async fn a_void_gives_up_what_was_not_taken() {
    for fixture in Fixture::all() {
        let hold = fixture.authorise("hold", 1, &Authorise::sample()).await;
        let order = hold.unwrap().order;
        let void = Void {
            order: order.clone(),
        };
        fixture.arm("POST /v1/cancellations", FaultKind::AnswerLost);
        assert!(fixture.void("void", 1, &void).await.is_err());
        let voided = fixture.void("void", 2, &void).await.unwrap();
        assert_eq!(voided.amount, Some(usd(9647)));
        let stands = fixture
            .client
            .payment(&context(), &order)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (stands.state, stands.voided),
            (PaymentState::Voided, usd(9647))
        );
    }
}

#[tokio::test]
async fn what_was_done_is_found_by_our_references_and_only_by_its_tenant() {
    for fixture in Fixture::all() {
        fixture.with_captured("tok_visa").await;
        let refund = Refund::sample();
        fixture.refund("back", 1, &refund).await.unwrap();
        let taken = fixture
            .client
            .capture_by(&context(), "ship-1")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (taken.amount, &*taken.reference.kind),
            (usd(9647), "capture")
        );
        let back = fixture
            .client
            .refund_by(&context(), &refund.reference)
            .await
            .unwrap();
        assert_eq!(back.unwrap().amount, usd(3485));
        let payment = fixture
            .client
            .payment(&context(), &refund.order)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (payment.captured, payment.refund_pending),
            (usd(9647), usd(3485))
        );
        let other = context_of("other");
        assert!(
            fixture
                .client
                .capture_by(&other, "ship-1")
                .await
                .unwrap()
                .is_none()
        );
        let key = RoutingKey::default();
        let routed = fixture.client.routing(&context(), &key).await.unwrap();
        assert_eq!(routed.connector.as_str(), "psp");
    }
}

/// The faults of a connector in a process without embedded backends.
fn faults_of(connector: Connector) -> String {
    let deps = SystemHarness::of(API).deps([("psp", connector)], Vec::new());
    let connected = deps.connect(API, Connector::connect);
    connected.unwrap_err().to_string()
}

#[test]
fn a_connector_that_cannot_be_reached_or_verified_is_named_at_the_start() {
    for connector in connectors() {
        assert!(faults_of(connector).contains("payment.connectors.psp.base-url"));
    }
    let short = json!({"kind": "embedded", "base-url": "http://localhost:1", "api-key": "key",
        "webhook-secret": "short"});
    let connector: Connector = serde_json::from_value(short).unwrap();
    assert!(faults_of(connector).contains("payment.connectors.psp.webhook-secret"));
    let stray = json!({"kind": "embedded", "api-key": "key", "webhook-secret": SECRET, "x": 1});
    assert!(serde_json::from_value::<Connector>(stray).is_err());
}
