//! The webhooks of a provider: accepted when signed, turned into events once.

use super::fixture::{Fixture, SECRET};
use crossdock_events::webhook::SIGNATURE;
use crossdock_model::Tenant;
use crossdock_model::event::{Event, SettlementKind};
use crossdock_outbound::Endpoint;
use crossdock_rig::{context, usd};
use serde_json::json;
use std::collections::BTreeSet;
use sys_payment_contract::{Refund, RefundState};

#[tokio::test]
async fn a_settlement_is_told_once_however_often_its_webhook_comes() {
    for fixture in Fixture::all() {
        fixture.with_captured("tok_visa").await;
        let refund = Refund::sample();
        fixture.refund("back", 1, &refund).await.unwrap();
        fixture.settle().await;
        let delivered = fixture.deliverer(SECRET).deliver_now().await.unwrap();
        assert_eq!((delivered.sent, delivered.waiting), (2, 0));
        // The provider forgets that it delivered and delivers again, then once more under other ids.
        let book = &fixture.backend.book;
        for forget in ["delivered_at = NULL", "delivered_at = NULL, id = id || 'x'"] {
            let sql = format!("UPDATE webhook_outbox SET {forget}");
            book.write(move |tx| Ok(tx.execute(&sql, [])?))
                .await
                .unwrap();
            assert_eq!(
                fixture.deliverer(SECRET).deliver_now().await.unwrap().sent,
                2
            );
        }
        let events = fixture.events().await;
        let settled: Vec<_> = events
            .iter()
            .map(|event| {
                let Event::PaymentSettled(settled) = event else {
                    panic!("{event:?}")
                };
                assert_eq!(settled.order_reference, refund.order);
                (settled.kind, &*settled.document, settled.amount)
            })
            .collect();
        let capture = (SettlementKind::Capture, "ship-1", usd(9647));
        let back = (SettlementKind::Refund, &*refund.reference, usd(3485));
        assert_eq!(settled, [capture, back]);
        let events = fixture
            .store
            .correlated_events(&Tenant::from("acme"), "journey-1")
            .await
            .unwrap();
        assert_eq!(events.len(), 2);
        let settled = fixture
            .client
            .refund_by(&context(), &refund.reference)
            .await
            .unwrap();
        assert_eq!(settled.unwrap().state, RefundState::Settled);
    }
}

#[tokio::test]
async fn a_refund_that_fails_after_it_was_accepted_is_told() {
    for fixture in Fixture::all() {
        fixture.with_captured("tok_refund_fails").await;
        let refund = Refund::sample();
        let accepted = fixture.refund("back", 1, &refund).await;
        assert_eq!(accepted.unwrap().state, RefundState::Accepted);
        fixture.settle().await;
        fixture.deliverer(SECRET).deliver_now().await.unwrap();
        let events = fixture.events().await;
        let Event::PaymentRefundFailed(failed) = &events[1] else {
            panic!("{events:?}")
        };
        assert_eq!(
            (&failed.document, failed.amount),
            (&refund.reference, refund.amount)
        );
        let found = fixture
            .client
            .refund_by(&context(), &refund.reference)
            .await
            .unwrap();
        assert_eq!(found.unwrap().state, RefundState::Failed);
    }
}

#[tokio::test]
async fn an_unsigned_webhook_or_one_of_another_secret_changes_nothing() {
    for fixture in Fixture::all() {
        fixture.with_captured("tok_visa").await;
        fixture.settle().await;
        let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let delivered = fixture.deliverer(other).deliver_now().await.unwrap();
        assert_eq!((delivered.sent, delivered.waiting), (0, 1));
        let hooks = Endpoint::local(fixture.hooks.clone());
        let unsigned = hooks
            .post("/hooks/payment/psp")
            .header(SIGNATURE, "v1,AAAA")
            .json(&json!({}));
        assert_eq!(unsigned.send().await.unwrap().status.as_u16(), 401);
        let nobody = hooks.post("/hooks/payment/nobody").json(&json!({}));
        assert_eq!(nobody.send().await.unwrap().status.as_u16(), 404);
        assert!(fixture.events().await.is_empty());
    }
}

#[tokio::test]
async fn what_was_told_is_asked_for_and_becomes_the_same_events() {
    for mut fixture in Fixture::all() {
        fixture.with_captured("tok_refund_fails").await;
        fixture.refund("back", 1, &Refund::sample()).await.unwrap();
        fixture.settle().await;
        fixture.deliverer(SECRET).deliver_now().await.unwrap();
        let facts = async |fixture: &Fixture| {
            let stored = fixture.stored().await.into_iter();
            let facts = stored.map(|event| (event.id.to_string(), event.kind, event.data));
            facts.collect::<BTreeSet<_>>()
        };
        let told = facts(&fixture).await;
        assert_eq!(told.len(), 2);
        // The store is lost with its inbox and its feed; the provider believes that all was delivered.
        fixture.lose_store();
        fixture.run_until(told.len()).await;
        assert_eq!(facts(&fixture).await, told);
    }
}
