//! The engine with years of declarations behind it: no request costs more for them.

use crate::tests::engine;
use crossdock_books::growth::{History, Measuring};
use serde_json::json;

const HISTORY: History<'_> = History {
    tables: "
INSERT INTO calculations (seq, id, company, created, expires, body)
  SELECT i, printf('calc_old%08d', i), 'acme', 0, {now} - 86400000 * CASE WHEN 2 * i < {rows} THEN 30 ELSE 1 END, '{}' FROM n;
INSERT INTO transactions (seq, id, company, code, order_number, currency, tax, content, created)
  SELECT i, printf('txn_old%08d', i), 'acme', printf('old-%08d', i), printf('old-%08d', i), 'USD', 100, '', 0 FROM n;
INSERT INTO transaction_lines (transaction_id, number, amount, tax) SELECT printf('txn_old%08d', i), 'A', 1000, 100 FROM n;
INSERT INTO refunds (seq, id, company, transaction_code, code, currency, tax, content, created)
  SELECT i, printf('txr_old%08d', i), 'acme', printf('old-%08d', i), 'ret', 'USD', 10, '', 0 FROM n;
INSERT INTO refund_lines (refund_id, number, amount, tax) SELECT printf('txr_old%08d', i), 'A', 100, 10 FROM n;",
    bounded: &["rates", "totals"],
    grows: &[],
    scans: &[
        ("FROM totals", "one row a currency"),
    ],
    unmeasured: &[],
    package: env!("CARGO_MANIFEST_DIR"),
};

async fn a_day_after(rows: usize) -> Measuring {
    let engine = engine().await;
    let measuring = HISTORY.fill(&engine.embedded.book, rows).unwrap();
    let general = [("general", 6438)];
    let (status, calculation) = engine.calculate(("US", "TX"), "USD", &general).await;
    assert_eq!(status, 200, "{calculation}");
    assert_eq!(engine.calculate(("US", "TX"), "USD", &general).await.0, 200);
    let id = calculation["id"].as_str().unwrap();
    for _twice in 0..2 {
        assert_eq!(engine.commit(6438, 531).await.0, 200);
        assert_eq!(engine.refund("ret-1", 3219, 266).await.0, 200);
    }
    let rate = json!({"country": "US", "region": "TX", "category": "general",
        "valid-from": "2027-01-01", "rate-millionths": 80_000});
    let (status, rate) = engine.post("/v1/rates", rate).await;
    assert_eq!(status, 200, "{rate}");
    for path in [
        format!("/v1/calculations?company=acme&id={id}"),
        "/v1/transactions?company=acme&code=ship-1".to_owned(),
        "/v1/refunds?company=acme&transaction_code=ship-1&code=ret-1".to_owned(),
        "/v1/books".to_owned(),
    ] {
        let reply = engine.client.get(&path).send().await.unwrap();
        assert!(reply.status.is_success(), "{path}");
    }
    measuring
}

#[tokio::test]
async fn no_request_costs_more_with_a_long_history() {
    let (short, long) = (a_day_after(1_000).await, a_day_after(100_000).await);
    assert_eq!(HISTORY.complaints(&short, &long).unwrap(), [""; 0]);
}
