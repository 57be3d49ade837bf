//! Money that moves after it had settled, and messages that nobody can use.

use super::fixture::{Fixture, SECRET};
use crossdock_events::webhook::Secret;
use crossdock_model::event::{DisputeOutcome, Event, Kind};
use crossdock_model::{Clock as _, Fault};
use crossdock_outbound::Endpoint;
use crossdock_rig::{code, context, delivery, usd};
use serde_json::{Value, json};
use sys_payment_contract::{Authorise, Refund, RefundState, TakeWebhook};

impl Fixture {
    /// What the cardholder's bank does, at the provider's sandbox.
    async fn bank(&self, path: &str, mut body: Value) -> Value {
        body["merchant_account"] = json!("acme");
        let vendor = Endpoint::local(self.backend.router.clone())
            .with_header(http::header::AUTHORIZATION, "Bearer key");
        let sent = vendor.post(path.to_owned()).json(&body).send().await;
        let reply = sent.unwrap();
        assert!(reply.status.is_success(), "{path}: {}", reply.status);
        reply.json().unwrap()
    }

    async fn told(&self) {
        let told = self.deliverer(SECRET).deliver_now().await.unwrap();
        assert_eq!(told.waiting, 0);
    }

    /// A message of the provider's, signed, with that body.
    async fn hears(&self, id: &str, body: &str) -> u16 {
        let secret = Secret::parse(SECRET).unwrap();
        let signed = secret.sign(id, self.clock.now(), body.as_bytes());
        let hooks = Endpoint::local(self.hooks.clone());
        let mut sending = hooks.post("/hooks/payment/psp");
        sending.headers_mut().extend(signed);
        let sending = sending.bytes("application/json", body.to_owned().into());
        sending.send().await.unwrap().status.as_u16()
    }
}

fn kinds(events: &[Event]) -> Vec<Kind> {
    events.iter().map(Event::kind).collect()
}

#[tokio::test]
async fn a_refund_that_had_settled_and_came_back_is_told_and_never_settles_again() {
    for fixture in Fixture::all() {
        fixture.with_captured("tok_visa").await;
        let refund = Refund::sample();
        let accepted = fixture.refund("back", 1, &refund).await.unwrap();
        fixture.settle().await;
        fixture.told().await;
        let path = format!("/v1/refunds/{}/return", accepted.reference.value);
        fixture
            .bank(&path, json!({"reason": "account closed"}))
            .await;
        fixture.told().await;
        // The older news comes once more, under another id.
        let again = "UPDATE webhook_outbox SET delivered_at = NULL, id = id || 'x' WHERE kind = 'refund.settled'";
        let book = &fixture.backend.book;
        book.write(move |tx| Ok(tx.execute(again, [])?))
            .await
            .unwrap();
        fixture.told().await;
        let events = fixture.events().await;
        let expected = [
            Kind::PaymentSettled,
            Kind::PaymentSettled,
            Kind::PaymentRefundFailed,
        ];
        assert_eq!(kinds(&events), expected);
        let found = fixture
            .client
            .refund_by(&context(), &refund.reference)
            .await;
        assert_eq!(found.unwrap().unwrap().state, RefundState::Failed);
    }
}

#[tokio::test]
async fn a_dispute_is_told_when_it_opens_and_when_it_is_decided() {
    for fixture in Fixture::all() {
        fixture.with_captured("tok_visa").await;
        let order = Authorise::sample().reference;
        let claim = json!({"payment_reference": order, "amount": 3485, "currency": "USD", "reason": "fraudulent"});
        let dispute = fixture.bank("/v1/disputes", claim).await;
        let close = format!("/v1/disputes/{}/close", dispute["id"].as_str().unwrap());
        fixture.bank(&close, json!({"outcome": "lost"})).await;
        fixture.told().await;
        let events = fixture.events().await;
        let [Event::DisputeOpened(opened), Event::DisputeClosed(closed)] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(
            (&opened.order_reference, opened.amount),
            (&order, usd(3485))
        );
        assert!(opened.evidence_due_by > fixture.clock.now());
        assert_eq!(opened.reference, closed.reference);
        let decided = (closed.outcome, closed.amount, closed.fee);
        assert_eq!(decided, (DisputeOutcome::Lost, usd(3485), usd(1500)));
        let more = Refund {
            amount: usd(6163),
            ..Refund::sample()
        };
        let refund = fixture.refund("back", 1, &more).await;
        assert_eq!(code(refund), "refund_exceeds_capture");
    }
}

#[tokio::test]
async fn a_message_that_nobody_can_use_is_kept_reported_once_and_answered_2xx() {
    for fixture in Fixture::all() {
        let unknown = r#"{"type":"payout.failed","data":{"merchant_account":"acme","amount":9}}"#;
        for _twice in 0..2 {
            assert_eq!(fixture.hears("msg_1", unknown).await, 204);
        }
        assert_eq!(fixture.hears("msg_2", "<html>").await, 204);
        let events = fixture.events().await;
        let [
            Event::WebhookSetAside(first),
            Event::WebhookSetAside(second),
        ] = &events[..]
        else {
            panic!("{events:?}")
        };
        let shown = (&*first.message, first.about.as_deref());
        assert_eq!(shown, ("msg_1", Some("payout.failed")));
        assert!(first.why.contains("'payout.failed'"), "{}", first.why);
        assert_eq!((&*second.message, &second.about), ("msg_2", &None));
        let kept = fixture.client.kept_webhook(&context(), "msg_1").await;
        assert_eq!(kept.unwrap().unwrap().body, unknown);
        let take = async |message: &str| {
            let request = TakeWebhook {
                message: message.into(),
            };
            fixture
                .client
                .take_webhook(&delivery(message, 1), &request)
                .await
        };
        assert_eq!(code(take("msg_1").await), "webhook_unusable");
        assert_eq!(code(take("msg_9").await), "not_found");
    }
}

/// An adapter of a later build reads what one of today kept; here the provider's own bytes take the place of the old ones.
#[tokio::test]
async fn a_kept_message_that_can_be_read_now_is_used_once() {
    for fixture in Fixture::all() {
        fixture.with_captured("tok_visa").await;
        fixture.settle().await;
        let row = fixture
            .backend
            .book
            .table("webhook_outbox")
            .unwrap()
            .remove(0);
        let body = row["body"].as_str().unwrap();
        let cut = body.replace("capture.settled", "capture.paid_out");
        assert_eq!(fixture.hears("msg_1", &cut).await, 204);
        fixture.reads_now("msg_1", body).await;
        for attempt in [1, 2] {
            let request = TakeWebhook {
                message: "msg_1".into(),
            };
            let taken = fixture
                .client
                .take_webhook(&delivery("take", attempt), &request)
                .await;
            assert_eq!(taken.unwrap().message, "msg_1");
        }
        // The two are of different subjects, so nobody says which is first.
        let told = kinds(&fixture.events().await);
        let times = |kind| told.iter().filter(|told| **told == kind).count();
        let each = [Kind::WebhookSetAside, Kind::PaymentSettled].map(times);
        assert_eq!((each, told.len()), ([1, 1], 2));
    }
}

#[tokio::test]
async fn no_tenant_sees_what_was_kept_of_another() {
    for fixture in Fixture::all() {
        let body = r#"{"type":"payout.failed","data":{"merchant_account":"globex"}}"#;
        assert_eq!(fixture.hears("msg_1", body).await, 204);
        let ours = fixture.client.kept_webhook(&context(), "msg_1").await;
        assert_eq!(ours, Ok::<_, Fault>(None));
    }
}
