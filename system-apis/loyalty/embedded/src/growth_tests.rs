//! The engine with years of points behind one member: no request and no sweep costs more for them.

use crate::Seed;
use crate::expiry;
use crate::tests::{Bank, bank};
use crossdock_books::growth::{History, Measuring};
use std::sync::Arc;
use std::time::Duration;

/// All of it is member-ada's, whose account is the first.
const HISTORY: History<'_> = History {
    tables: "
INSERT INTO account (id, merchant, member, opened_at) SELECT i + 1000, 'acme', printf('old-%08d', i), 0 FROM n;
INSERT INTO balance (account, tier) SELECT i + 1000, 'base' FROM n;
INSERT INTO entry (account, at, kind, available, pending, held, debt, qualifying, reference)
  SELECT 1, 0, 'mature', 0, 0, 0, 0, 0, printf('old-%08d', i) FROM n;
INSERT INTO lot (id, account, source, opened_at, expires_at, issued, remaining)
  SELECT i + 1000, 1, printf('old-%08d', i), 0, 0, 10, 0 FROM n;
INSERT INTO hold (id, merchant, reference, account, points, state, held_at, expires_at)
  SELECT i + 1000, 'acme', printf('old-%08d', i), 1, 10, 'captured', 0, 0 FROM n;
INSERT INTO hold_lot (hold, lot, quantity) SELECT i + 1000, CASE WHEN i % 2 THEN 1 ELSE i + 1000 END, 10 FROM n;
INSERT INTO hold_release (merchant, reference, hold, points, cause, at)
  SELECT 'acme', printf('gone-%08d', i), NULL, 0, 'cancellation', 0 FROM n;
INSERT INTO burn (merchant, reference, hold, points, at) SELECT 'acme', printf('old-%08d', i), i + 1000, 10, 0 FROM n;
INSERT INTO accrual (id, merchant, reference, account, rule, points, at)
  SELECT i + 1000, 'acme', printf('old-%08d', i), 1, 'base-earn@1', 10, 0 FROM n;
INSERT INTO accrual_run (accrual, line, first, last, points_each, state, lot) SELECT i + 1000, 'A', 1, 1, 10, 'available', i + 1000 FROM n;
INSERT INTO document (kind, merchant, reference, cause, request, answer, at)
  SELECT 'maturity', 'acme', printf('old-%08d', i), 'cap', '', '', 0 FROM n;",
    bounded: &[],
    grows: &[],
    scans: &[],
    unmeasured: &[
        ("INTO account", "of the seed"),
        ("INTO balance", "of the seed"),
    ],
    package: env!("CARGO_MANIFEST_DIR"),
};

async fn ok(answer: impl Future<Output = (u16, serde_json::Value)>) {
    let (status, answer) = answer.await;
    assert_eq!(status, 200, "{answer}");
}

async fn an_order(bank: &Bank) {
    ok(bank.hold("o-1", 1000)).await;
    ok(bank.of_order("/v1/redemption-captures", "o-1")).await;
    ok(bank.of_order("/v1/redemption-captures", "o-1")).await;
    ok(bank.earn("o-1", &[("A#1..A#2", 32), ("B#1", 20)])).await;
    ok(bank.units("/v1/earning-maturities", "o-1", "cap-1", &["A#1..A#2"])).await;
    ok(bank.units("/v1/earning-reversals", "o-1", "r-1", &["A#1", "B#1"])).await;
    ok(bank.refund("o-1", "r-1", &[("A#1", 381)])).await;
    ok(bank.hold("o-2", 100)).await;
    ok(bank.extend("o-2", 3_600)).await;
    ok(bank.of_order("/v1/redemption-cancellations", "o-2")).await;
    for path in [
        "/v1/redemptions?order=o-1",
        "/v1/redemption-refunds?order=o-1&cause=r-1",
        "/v1/earnings?order=o-1",
        "/v1/earning-maturities?order=o-1&cause=cap-1",
        "/v1/earning-reversals?order=o-1&cause=r-1",
        "/v1/accounts?member=member-ada",
        "/v1/entries?member=member-ada",
    ] {
        ok(bank.get(path)).await;
    }
}

async fn a_day_after(rows: usize) -> Measuring {
    let bank = bank().await;
    let measuring = HISTORY.fill(&bank.embedded.book, rows).unwrap();
    an_order(&bank).await;
    ok(bank.hold("o-3", 100)).await;
    bank.clock.advance(Duration::from_hours(1));
    let seed = Arc::new(Seed::demo());
    assert_eq!(
        expiry::expire_all_due(&bank.embedded.book, &seed).await,
        Ok(1)
    );
    ok(bank.extend("o-3", 900)).await;
    // So long after every lot has run out, and what was burnt comes back to one of its own.
    bank.clock.advance(Duration::from_hours(24 * 5_000));
    assert!(
        expiry::expire_all_due(&bank.embedded.book, &seed)
            .await
            .unwrap()
            > 0
    );
    ok(bank.refund("o-1", "r-2", &[("A#2", 381)])).await;
    measuring
}

#[tokio::test]
async fn no_request_costs_more_with_a_long_history() {
    let (short, long) = (a_day_after(1_000).await, a_day_after(100_000).await);
    assert_eq!(HISTORY.complaints(&short, &long).unwrap(), [""; 0]);
}
