//! The provider with years of payments behind it: no request and no sweep costs more for them.

use crate::settlements::Sweeper;
use crate::tests::{Psp, psp};
use crossdock_books::growth::{History, Measuring};
use serde_json::{Value, json};
use std::time::Duration;

const HISTORY: History<'_> = History {
    tables: "
INSERT INTO payments (seq, id, merchant_account, reference, token, currency, capture_before, created)
  SELECT i, printf('pay_old%08d', i), 'acme', printf('old-%08d', i), 'tok_visa', 'USD', 0, 0 FROM n;
INSERT INTO balances (payment, currency, authorised, held_until, captured, refunded)
  SELECT printf('pay_old%08d', i), 'USD', 100, 0, 100, 100 FROM n;
INSERT INTO ledger (payment, document, kind, account, amount, currency, at)
  SELECT printf('pay_old%08d', i), printf('pay_old%08d', i), 'authorise', 'issuer', -100, 'USD', 0 FROM n;
INSERT INTO captures (seq, id, merchant_account, payment_reference, reference, payment, amount, currency, status, created, settled)
  SELECT i, printf('cap_old%08d', i), 'acme', printf('old-%08d', i), printf('ship-old-%08d', i), printf('pay_old%08d', i), 100,
    'USD', 'settled', 0, 0 FROM n;
INSERT INTO refunds (seq, id, merchant_account, payment_reference, reference, payment, amount, currency, status, created, settled)
  SELECT i, printf('ref_old%08d', i), 'acme', printf('old-%08d', i), printf('ret-old-%08d', i), printf('pay_old%08d', i), 100,
    'USD', 'settled', 0, 0 FROM n;
INSERT INTO disputes (seq, id, merchant_account, payment, payment_reference, amount, currency, reason, status, fee, evidence_due_by, created)
  SELECT i, printf('dp_old%08d', i), 'acme', printf('pay_old%08d', i), printf('old-%08d', i), 100, 'USD', 'fraudulent', 'won', 0, 0, 0 FROM n;
INSERT INTO tombstones SELECT printf('gone-%08d', i), 'acme', 0 FROM n;",
    bounded: &["totals"],
    grows: &[],
    scans: &[
        ("FROM totals", "a row for each account and currency"),
    ],
    unmeasured: &[],
    package: env!("CARGO_MANIFEST_DIR"),
};

async fn done(psp: &Psp, path: &str, key: &str, body: Value) {
    let (status, answer) = psp.post(path, key, body).await;
    assert_eq!(status, 200, "{path}: {answer}");
}

/// Payments that come to each of the ends there are.
async fn payments(psp: &Psp) {
    let authorised = async |reference: &str, token: &str| {
        let body = json!({"reference": reference, "amount": 50, "currency": "USD", "token": token});
        done(psp, "/v1/payments", reference, body).await;
    };
    let captured = json!({"payment_reference": "o-1", "reference": "ship-1", "amount": 30, "currency": "USD", "final": true});
    let refunded =
        json!({"payment_reference": "o-1", "reference": "ret-1", "amount": 10, "currency": "USD"});
    authorised("o-1", "tok_visa").await;
    done(psp, "/v1/captures", "c1", captured).await;
    assert_eq!(psp.settle().await["captures_settled"], 1);
    done(psp, "/v1/refunds", "r1", refunded).await;
    assert_eq!(psp.settle().await["refunds_settled"], 1);
    let captured = json!({"payment_reference": "o-2", "reference": "ship-2", "amount": 50, "currency": "USD", "final": true});
    let refunded =
        json!({"payment_reference": "o-2", "reference": "ret-2", "amount": 50, "currency": "USD"});
    authorised("o-2", "tok_refund_fails").await;
    done(psp, "/v1/captures", "c2", captured).await;
    done(psp, "/v1/refunds", "r2", refunded).await;
    assert_eq!(psp.settle().await["refunds_failed"], 1);
    authorised("o-3", "tok_expired_soon").await;
    authorised("o-4", "tok_visa").await;
    done(
        psp,
        "/v1/cancellations",
        "v4",
        json!({"payment_reference": "o-4"}),
    )
    .await;
    moved_by_the_bank(psp).await;
}

/// A refund that comes back after it settled, and a dispute that is lost.
async fn moved_by_the_bank(psp: &Psp) {
    let found = "/v1/refunds?merchant_account=acme&reference=ret-1";
    let found = psp.client.get(found).send().await.unwrap();
    let found: Value = found.json().unwrap();
    let refund = found["data"][0]["id"].as_str().unwrap();
    let back = format!("/v1/refunds/{refund}/return");
    done(psp, &back, "b1", json!({"reason": "account closed"})).await;
    let claim = json!({"payment_reference": "o-1", "amount": 10, "currency": "USD", "reason": "fraudulent"});
    let (_, dispute) = psp.post("/v1/disputes", "d1", claim).await;
    let close = format!("/v1/disputes/{}/close", dispute["id"].as_str().unwrap());
    done(psp, &close, "x1", json!({"outcome": "lost"})).await;
}

async fn a_day_after(rows: usize) -> Measuring {
    let psp = psp();
    let measuring = HISTORY.fill(&psp.embedded.book, rows).unwrap();
    payments(&psp).await;
    psp.clock.advance(Duration::from_hours(2));
    let sweeper = Sweeper::new(psp.embedded.book.clone(), Some(Duration::from_secs(5)));
    sweeper.sweep().await.unwrap();
    for path in [
        "/v1/payments?merchant_account=acme&reference=o-1",
        "/v1/captures?merchant_account=acme&reference=ship-1",
        "/v1/refunds?merchant_account=acme&reference=ret-1",
        "/v1/ledger",
    ] {
        let reply = psp.client.get(path).send().await.unwrap();
        assert!(reply.status.is_success(), "{path}");
    }
    measuring
}

#[tokio::test]
async fn no_request_costs_more_with_a_long_history() {
    let (short, long) = (a_day_after(1_000).await, a_day_after(100_000).await);
    assert_eq!(HISTORY.complaints(&short, &long).unwrap(), [""; 0]);
}
