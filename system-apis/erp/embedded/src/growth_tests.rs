//! The ERP with years of documents behind it: no request costs more for them.

use crate::tests::{amendment, entry, erp, issue, journal, post, value};
use crossdock_books::growth::{History, Measuring};
use serde_json::{Value, json};

const HISTORY: History<'_> = History {
    tables: "
INSERT INTO document (id, number, kind, company, reference, order_ref, posting_date, document_date, period, posted_at)
  SELECT i + 1000, printf('OLD-%08d', i), 'INV', 'acme', printf('old-%08d', i), printf('old-%08d', i / 4), '2026-01-01', '2026-01-01',
    '2026-01', 0 FROM n;
INSERT INTO document_line (document, line, sku, quantity) SELECT i + 1000, 'A', 'A-1', 1 FROM n;
INSERT INTO journal_line (document, company, account, currency, debit_minor, credit_minor, posted_at)
  SELECT i + 1000, 'acme', '1000', 'USD', 1, 0, 0 FROM n;
INSERT INTO stock_move (document, sku, location, condition, quantity, moved_at) SELECT i + 1000, 'A-1', 'store-austin', 'new', 0, 0 FROM n;",
    bounded: &[
        "account", "account_balance", "closed_period", "duplicate_check", "number_range", "plant", "price", "product", "stock",
    ],
    grows: &[],
    scans: &[
        ("FROM account_balance", "a row for each account, company and currency"),
        ("FROM stock ORDER BY", "a row for each item and place"),
        ("FROM product p JOIN price", "the catalogue, page by page"),
    ],
    unmeasured: &[
        ("INTO product", "of the seed"),
        ("INTO price", "of the seed"),
        ("INTO plant", "of the seed"),
        ("INTO account VALUES", "of the seed"),
        ("INTO duplicate_check", "of the set-up"),
        ("DELETE FROM duplicate_check", "of the set-up"),
        ("SELECT count(*) FROM product", "of the seed"),
        ("SELECT count(*) FROM account", "of the seed"),
    ],
    package: env!("CARGO_MANIFEST_DIR"),
};

async fn a_day_after(rows: usize) -> Measuring {
    let (embedded, erp) = erp(None).await;
    let measuring = HISTORY.fill(&embedded.book, rows).unwrap();
    let done = async |path: &str, body: Value| {
        let reply = post(&erp, path, &body).await;
        assert!(reply.status.is_success(), "{path}: {}", value(&reply));
        value(&reply)
    };
    let order = json!({"company": "acme", "externalRef": "order-1", "currency": "USD", "total": "40.00",
        "items": [{"line": "A", "item": "A-1", "qty": 1, "unitPrice": "40.00", "net": "40.00"}]});
    let order = done("/api/sales-orders", order).await;
    done("/api/sales-orders/amendments", amendment("cancel-1", 1)).await;
    let number = order["number"].as_str().unwrap();
    let cancel = json!({"reason": "changed their mind"});
    done(&format!("/api/sales-orders/{number}/cancel"), cancel).await;
    done("/api/goods-issues", issue("A-1", 3)).await;
    let entries = [
        entry("1090", "34.85", "0.00"),
        entry("4000", "0.00", "34.85"),
    ];
    done("/api/invoices", json!({"company": "acme", "externalRef": "ship-1", "orderRef": "order-1", "currency": "USD",
        "items": [{"line": "A", "item": "A-1", "qty": 1, "net": "34.85", "tax": "0.00"}], "entries": entries})).await;
    done(
        "/api/customer-returns",
        json!({"company": "acme", "externalRef": "return-1", "orderRef": "order-1",
        "plant": "store-soho", "credit": entries,
        "items": [{"line": "A", "item": "A-1", "qty": 1, "stockType": "new"}]}),
    )
    .await;
    done("/api/credit-memos", json!({"company": "acme", "externalRef": "memo-1", "orderRef": "order-1", "entries": entries})).await;
    done("/api/journal-entries", journal("entry-1", "34.85")).await;
    done("/api/items/search", json!({"codes": ["A-1"]})).await;
    done("/api/stock/search", json!({"codes": ["A-1"]})).await;
    done("/api/fiscal-periods/2026-10/close", json!({})).await;
    done("/api/fiscal-periods/2026-10/open", json!({})).await;
    for path in [
        "/api/items?limit=3",
        "/api/items/price?code=A-1&currency=USD",
        "/api/fiscal-periods/2026-10",
        "/api/documents?company=acme&type=INV&externalRef=ship-1",
        "/vendor/books?company=acme",
        "/vendor/books?reference=order-1",
    ] {
        let reply = erp.get(path).send().await.unwrap();
        assert!(reply.status.is_success(), "{path}");
    }
    measuring
}

#[tokio::test]
async fn no_request_costs_more_with_a_long_history() {
    let (short, long) = (a_day_after(1_000).await, a_day_after(100_000).await);
    assert_eq!(HISTORY.complaints(&short, &long).unwrap(), [""; 0]);
}
