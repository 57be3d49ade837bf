//! The ERP as an outsider meets it: over HTTP, with its books open.

use crate::{Seed, Settings, backend};
use crossdock_books::Embedded;
use crossdock_model::{Clock, Timestamp};
use crossdock_outbound::{Endpoint, Reply};
use crossdock_runtime::ManualClock;
use http::header;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

const AMENDMENTS: &str = "/api/sales-orders/amendments";

pub(crate) async fn erp(book: Option<PathBuf>) -> (Embedded, Endpoint) {
    set_up(book, false).await
}

async fn set_up(book: Option<PathBuf>, refuses_duplicates: bool) -> (Embedded, Endpoint) {
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(now));
    let settings = Settings {
        api_key: "key".into(),
        seed: Seed::demo(),
        refuses_duplicates,
    };
    let erp = backend(book.as_deref(), clock, settings).await.unwrap();
    let caller =
        Endpoint::local(erp.router.clone()).with_header(header::AUTHORIZATION, "Bearer key");
    (erp, caller)
}

pub(crate) async fn post(erp: &Endpoint, path: &str, body: &Value) -> Reply {
    erp.post(path).json(body).send().await.unwrap()
}

pub(crate) fn value(reply: &Reply) -> Value {
    reply.json().unwrap()
}

fn code(reply: &Reply) -> String {
    value(reply)["error"]["code"].as_str().unwrap().to_owned()
}

pub(crate) fn entry(account: &str, debit: &str, credit: &str) -> Value {
    json!({"account": account, "currency": "USD", "debit": debit, "credit": credit})
}

pub(crate) fn journal(reference: &str, credit: &str) -> Value {
    json!({
        "company": "acme", "externalRef": reference, "template": "refund-settled",
        "source": "return-1", "entries": [entry("2400", "34.85", "0.00"), entry("1090", "0.00", credit)]
    })
}

pub(crate) fn issue(item: &str, qty: i64) -> Value {
    json!({
        "company": "acme", "externalRef": "ship-1", "orderRef": "order-1", "plant": "store-austin",
        "items": [{"line": "A", "item": item, "qty": qty}]
    })
}

fn sale(order: &str, qty: i64) -> Value {
    json!({
        "company": "acme", "externalRef": order, "currency": "USD", "total": "120.00",
        "items": [{"line": "A", "item": "A-1", "qty": qty, "unitPrice": "40.00", "net": "120.00"}]
    })
}

pub(crate) fn amendment(reference: &str, qty: i64) -> Value {
    json!({
        "company": "acme", "externalRef": reference, "orderRef": "order-1", "currency": "USD",
        "total": "40.00", "reason": "changed their mind",
        "items": [{"line": "A", "item": "A-1", "qty": qty}]
    })
}

/// What is kept beside the journal and beside the moves is what they sum up to.
fn assert_balances_hold(erp: &Embedded) {
    type Rows = Vec<serde_json::Map<String, Value>>;
    let summed = |rows: Rows, by: &[&str], of: &[&str]| {
        let mut sums: BTreeMap<Vec<String>, Vec<i64>> = BTreeMap::new();
        for row in rows {
            let key = by.iter().map(|it| row[*it].as_str().unwrap().to_owned());
            let sum = sums
                .entry(key.collect())
                .or_insert_with(|| vec![0; of.len()]);
            for (sum, it) in sum.iter_mut().zip(of) {
                *sum += row[*it].as_i64().unwrap();
            }
        }
        sums
    };
    let table = |name: &str| erp.book.table(name).unwrap();
    let (account, amounts) = (
        ["company", "account", "currency"],
        ["debit_minor", "credit_minor"],
    );
    assert_eq!(
        summed(table("account_balance"), &account, &amounts),
        summed(table("journal_line"), &account, &amounts)
    );
    let place = ["sku", "location", "condition"];
    assert_eq!(
        summed(table("stock"), &place, &["on_hand"]),
        summed(table("stock_move"), &place, &["quantity"])
    );
}

#[test]
fn the_seed_for_load_has_plenty_of_one_item_at_one_store() {
    let seed = Seed::plenty("A-1", 1_000_000);
    let places: Vec<_> = seed
        .stock
        .iter()
        .map(|at| (at.location.as_str(), at.on_hand))
        .collect();
    assert_eq!(places, [("store-austin", 1_000_000)]);
}

#[tokio::test]
async fn nobody_comes_in_without_the_key() {
    let (embedded, _caller) = erp(None).await;
    let anonymous = Endpoint::local(embedded.router.clone());
    let reply = anonymous.get("/api/items").send().await.unwrap();
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn a_member_that_a_posting_does_not_have_is_refused() {
    let (embedded, caller) = erp(None).await;
    for (path, mut body) in [
        ("/api/journal-entries", journal("r", "34.85")),
        ("/api/goods-issues", issue("A-1", 1)),
    ] {
        body["postingDates"] = json!("2026-11-23");
        assert_eq!(post(&caller, path, &body).await.status, 400, "{path}");
        body.as_object_mut().unwrap().remove("postingDates");
        assert_eq!(post(&caller, path, &body).await.status, 200, "{path}");
    }
    assert_eq!(embedded.book.table("document").unwrap().len(), 2);
}

#[tokio::test]
async fn the_same_posting_twice_books_twice() {
    let (embedded, caller) = erp(None).await;
    for number in ["JE-000001", "JE-000002"] {
        let reply = post(
            &caller,
            "/api/journal-entries",
            &journal("refund-1", "34.85"),
        )
        .await;
        assert_eq!(value(&reply)["number"], number);
    }
    assert_eq!(embedded.book.table("journal_line").unwrap().len(), 4);
}

#[tokio::test]
async fn set_to_refuse_duplicates_it_books_each_kind_of_document_once() {
    let (embedded, caller) = set_up(None, true).await;
    let entries = [
        entry("1090", "34.85", "0.00"),
        entry("4000", "0.00", "34.85"),
    ];
    let of_order = |reference: &str, more: Value| {
        let mut body = json!({"company": "acme", "externalRef": reference, "orderRef": "order-1"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let goods = |reference: &str| {
        let items = json!([{"line": "A", "item": "A-1", "qty": 1, "stockType": "new"}]);
        let more = json!({"plant": "store-soho", "items": items, "credit": entries});
        of_order(reference, more)
    };
    let sold = json!({"currency": "USD", "items": [], "entries": entries});
    let credit = json!({"entries": entries});
    // All three units are taken off: a duplicate is named as one, and not as too many.
    let postings = [
        ("/api/sales-orders", sale("order-1", 3)),
        (AMENDMENTS, amendment("cancel-1", 3)),
        ("/api/goods-issues", issue("A-1", 500)),
        ("/api/invoices", of_order("ship-1", sold)),
        ("/api/credit-memos", of_order("return-1", credit)),
        ("/api/customer-returns", goods("return-2")),
        ("/api/journal-entries", journal("refund-1", "34.85")),
    ];
    for (path, body) in &postings {
        let booked = post(&caller, path, body).await;
        assert_eq!(booked.status.as_u16(), 200, "{path}: {}", value(&booked));
        let documents = embedded.book.table("document").unwrap();
        let again = post(&caller, path, body).await;
        let answer = (again.status.as_u16(), code(&again));
        assert_eq!(answer, (409, "REFERENCE_EXISTS".to_owned()), "{path}");
        assert_eq!(embedded.book.table("document").unwrap(), documents);
    }
    // Its credit was booked alone before: the goods of the same request do not come in without it.
    let credited = post(&caller, "/api/customer-returns", &goods("return-1")).await;
    assert_eq!(code(&credited), "REFERENCE_EXISTS");
    assert_eq!(embedded.book.table("document").unwrap().len(), 8);
    assert_balances_hold(&embedded);
}

#[tokio::test]
async fn an_entry_off_by_one_cent_is_refused_and_leaves_nothing() {
    let (embedded, caller) = erp(None).await;
    let reply = post(
        &caller,
        "/api/journal-entries",
        &journal("refund-1", "34.84"),
    )
    .await;
    assert_eq!(
        (reply.status.as_u16(), code(&reply).as_str()),
        (422, "ENTRY_NOT_BALANCED")
    );
    for table in [
        "document",
        "journal_line",
        "account_balance",
        "number_range",
    ] {
        assert!(embedded.book.table(table).unwrap().is_empty(), "{table}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_name() {
    let (_embedded, caller) = erp(None).await;
    let mut unknown = journal("r", "34.85");
    unknown["entries"][0]["account"] = json!("9999");
    let mut negative = journal("r", "34.85");
    negative["entries"][0]["debit"] = json!("-34.85");
    let mut both = journal("r", "34.85");
    both["entries"][0]["credit"] = json!("34.85");
    let mut unnamed = journal("", "34.85");
    unnamed["entries"] = json!([entry("2400", "1.00", "0.00"), entry("1090", "0.00", "1.00")]);
    for (body, expected) in [
        (unknown, "UNKNOWN_ACCOUNT"),
        (negative, "VALIDATION"),
        (both, "VALIDATION"),
        (unnamed, "VALIDATION"),
    ] {
        let reply = post(&caller, "/api/journal-entries", &body).await;
        assert_eq!(code(&reply), expected, "{body}");
    }
    for (item, qty, expected) in [
        ("X-9", 1, "UNKNOWN_ITEM"),
        ("A-1", 0, "VALIDATION"),
        ("A-1", 501, "STOCK_DEFICIT"),
    ] {
        let reply = post(&caller, "/api/goods-issues", &issue(item, qty)).await;
        assert_eq!(code(&reply), expected);
    }
}

#[tokio::test]
async fn goods_leave_and_come_back_at_cost() {
    let (embedded, caller) = erp(None).await;
    let left = value(&post(&caller, "/api/goods-issues", &issue("A-1", 2)).await);
    let booked = json!([
        {"account": "5000", "currency": "USD", "debit": "44.00", "credit": "0.00"},
        {"account": "1300", "currency": "USD", "debit": "0.00", "credit": "44.00"},
    ]);
    assert_eq!(left["entries"], booked);
    let back = json!({
        "company": "acme", "externalRef": "return-1", "orderRef": "order-1", "plant": "store-soho",
        "items": [
            {"line": "A", "item": "A-1", "qty": 1, "stockType": "new"},
            {"line": "A", "item": "A-1", "qty": 1}
        ]
    });
    let back = value(&post(&caller, "/api/customer-returns", &back).await);
    assert_eq!(back["documents"][0]["entries"][0]["debit"], "22.00");
    let books = value(
        &caller
            .get("/vendor/books?reference=order-1")
            .send()
            .await
            .unwrap(),
    );
    assert_eq!(books["documents"].as_array().unwrap().len(), 2);
    assert_balances_hold(&embedded);
    let at = |plant: &str| {
        let quants = books["stock"].as_array().unwrap();
        let quant = quants
            .iter()
            .find(|quant| quant["item"] == "A-1" && quant["plant"] == plant);
        quant.unwrap()["qty"].clone()
    };
    assert_eq!(
        (at("store-austin"), at("store-soho")),
        (json!(498), json!(501))
    );
}

#[tokio::test]
async fn a_return_whose_credit_is_wrong_brings_no_goods_in() {
    let (embedded, caller) = erp(None).await;
    let before = embedded.book.table("stock_move").unwrap().len();
    let back = json!({
        "company": "acme", "externalRef": "return-1", "orderRef": "order-1", "plant": "store-soho",
        "items": [{"line": "A", "item": "A-1", "qty": 1, "stockType": "new"}],
        "credit": [entry("4000", "1.00", "0.00")]
    });
    let reply = post(&caller, "/api/customer-returns", &back).await;
    assert_eq!(code(&reply), "ENTRY_NOT_BALANCED");
    assert_eq!(embedded.book.table("stock_move").unwrap().len(), before);
}

#[tokio::test]
async fn a_closed_period_takes_nothing_until_it_is_opened() {
    let (_embedded, caller) = erp(None).await;
    let closed = value(&post(&caller, "/api/fiscal-periods/2026-11/close", &json!({})).await);
    assert_eq!(
        (&closed["state"], &closed["nextOpen"]),
        (&json!("closed"), &json!("2026-12-01"))
    );
    let refused = post(&caller, "/api/journal-entries", &journal("r", "34.85")).await;
    assert_eq!(
        (refused.status.as_u16(), code(&refused).as_str()),
        (409, "PERIOD_CLOSED")
    );
    let mut next = journal("r", "34.85");
    next["postingDate"] = json!("2026-12-01");
    next["documentDate"] = json!("2026-11-23");
    let posted = value(&post(&caller, "/api/journal-entries", &next).await);
    let dates = (&posted["fiscalPeriod"], &posted["documentDate"]);
    assert_eq!(dates, (&json!("2026-12"), &json!("2026-11-23")));
    post(&caller, "/api/fiscal-periods/2026-11/open", &json!({})).await;
    let taken = post(&caller, "/api/journal-entries", &journal("r2", "34.85")).await;
    assert_eq!(taken.status, 200);
}

#[tokio::test]
async fn an_amendment_is_a_document_and_books_nothing() {
    let (embedded, caller) = erp(None).await;
    let rows = |table: &str| embedded.book.table(table).unwrap();
    let moves = rows("stock_move").len();
    post(&caller, "/api/sales-orders", &sale("order-1", 3)).await;
    let reply = post(&caller, AMENDMENTS, &amendment("cancel-1", 2)).await;
    let amended = value(&reply);
    assert_eq!(amended["number"], "SA-000001", "{amended}");
    assert_eq!(
        (&amended["type"], &amended["orderRef"], &amended["total"]),
        (&json!("SA"), &json!("order-1"), &json!("40.00"))
    );
    let documents = rows("document");
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[1]["text"], "changed their mind");
    let lines = rows("document_line");
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[1]["line"], &lines[1]["sku"], &lines[1]["quantity"]),
        (&json!("A"), &json!("A-1"), &json!(2))
    );
    assert!(rows("journal_line").is_empty());
    assert!(rows("account_balance").is_empty());
    assert_eq!(rows("stock_move").len(), moves);
}

#[tokio::test]
async fn amendments_together_take_off_no_more_than_was_sold() {
    let (embedded, caller) = erp(None).await;
    post(&caller, "/api/sales-orders", &sale("order-1", 3)).await;
    let mut twice = amendment("cancel-1", 2);
    twice["items"] = json!([twice["items"][0], twice["items"][0]]);
    let mut elsewhere = amendment("cancel-1", 1);
    elsewhere["items"][0]["line"] = json!("B");
    let mut other = amendment("cancel-1", 1);
    other["items"][0]["item"] = json!("B-1");
    for body in [amendment("cancel-1", 4), twice, elsewhere, other] {
        let refused = post(&caller, AMENDMENTS, &body).await;
        assert_eq!(code(&refused), "VALIDATION", "{body}");
    }
    // The same request again is one more request: it asks for two, and one is left.
    for (reference, qty, status) in [
        ("cancel-1", 2, 200),
        ("cancel-1", 2, 422),
        ("cancel-1", 1, 200),
        ("cancel-2", 1, 422),
    ] {
        let reply = post(&caller, AMENDMENTS, &amendment(reference, qty)).await;
        assert_eq!(reply.status.as_u16(), status, "{qty} under {reference}");
    }
    assert_eq!(embedded.book.table("document").unwrap().len(), 3);
}

#[tokio::test]
async fn nothing_is_taken_off_a_sales_order_that_does_not_stand() {
    let (embedded, caller) = erp(None).await;
    let refused = post(&caller, AMENDMENTS, &amendment("cancel-1", 1)).await;
    assert_eq!(
        (refused.status.as_u16(), code(&refused).as_str()),
        (422, "VALIDATION")
    );
    let sold = value(&post(&caller, "/api/sales-orders", &sale("order-1", 3)).await);
    let mut elsewhere = amendment("cancel-1", 1);
    elsewhere["company"] = json!("bazaar");
    let mut euros = amendment("cancel-1", 1);
    euros["currency"] = json!("EUR");
    let mut empty = amendment("cancel-1", 1);
    empty["items"] = json!([]);
    let mut unknown = amendment("cancel-1", 1);
    unknown["items"][0]["item"] = json!("X-9");
    for (body, expected) in [
        (elsewhere, "VALIDATION"),
        (euros, "VALIDATION"),
        (empty, "VALIDATION"),
        (amendment("cancel-1", 0), "VALIDATION"),
        (unknown, "UNKNOWN_ITEM"),
    ] {
        let refused = post(&caller, AMENDMENTS, &body).await;
        assert_eq!(code(&refused), expected, "{body}");
    }
    let number = sold["number"].as_str().unwrap();
    let path = format!("/api/sales-orders/{number}/cancel");
    post(&caller, &path, &json!({"reason": "changed their mind"})).await;
    let refused = post(&caller, AMENDMENTS, &amendment("cancel-1", 1)).await;
    assert_eq!(code(&refused), "VALIDATION");
    assert_eq!(embedded.book.table("document").unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_booked_is_never_changed() {
    let (embedded, caller) = erp(None).await;
    post(
        &caller,
        "/api/journal-entries",
        &journal("refund-1", "34.85"),
    )
    .await;
    for statement in [
        "UPDATE journal_line SET debit_minor = 0",
        "DELETE FROM journal_line",
        "UPDATE stock_move SET quantity = 0",
        "DELETE FROM stock_move",
    ] {
        let forged = embedded
            .book
            .write(move |tx| Ok(tx.execute(statement, [])?))
            .await;
        assert!(forged.is_err(), "{statement}");
    }
    assert_eq!(embedded.book.table("journal_line").unwrap().len(), 2);
}

#[tokio::test]
async fn the_books_outlive_the_process_and_are_seeded_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erp.db");
    let (embedded, caller) = erp(Some(path.clone())).await;
    post(&caller, "/api/goods-issues", &issue("A-1", 2)).await;
    let before = embedded.book.table("stock").unwrap();
    embedded.book.writer().close().unwrap();
    drop((embedded, caller));
    let (embedded, _caller) = erp(Some(path)).await;
    assert_eq!(embedded.book.table("stock").unwrap(), before);
}
