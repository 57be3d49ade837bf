//! The API over the embedded ERP, as the process tier meets it.

use crate::fixture::{Fixture, first_return, goods_back, invoice, issue};
use crossdock_model::{Currency, Delivery, PageRequest, Sku};
use crossdock_outbound::{Endpoint, RoutingKey};
use crossdock_rig::{code, context_of, declared_whole, delivery, usd};
use crossdock_system::RoutingRule;
use http::header;
use serde_json::Value;
use sys_erp_contract::{Account, DocumentKind, FINANCE, Journal, JournalEntry, STOCK};

fn sums(rows: &Value) -> Vec<(String, String, String)> {
    let text = |row: &Value, member: &str| row[member].as_str().unwrap().to_owned();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (text(row, "name"), text(row, "debit"), text(row, "credit")))
        .collect()
}

#[tokio::test]
async fn the_golden_sale_stands_in_the_trial_balance_to_the_cent() {
    let fixture = Fixture::new().await;
    let sale = invoice("ship-1", Journal::sample());
    let posted = fixture
        .client
        .post_invoice(&delivery("k1", 1), &sale)
        .await
        .unwrap();
    assert_eq!(posted.reference.value, "INV-000001");
    assert_eq!(
        (&*posted.reference.kind, &*posted.period),
        ("invoice", "2026-11")
    );
    let books = fixture.books().await;
    let expected = [
        ("clearing", "96.47", "0.00"),
        ("tax-payable", "0.00", "6.97"),
        ("points-liability", "10.00", "0.84"),
        ("revenue", "0.00", "93.66"),
        ("shipping-revenue", "0.00", "5.00"),
    ];
    let expected = expected.map(|(name, dr, cr)| (name.into(), dr.into(), cr.into()));
    assert_eq!(sums(&books["balances"]), expected);
}

#[tokio::test]
async fn a_sale_off_by_one_cent_is_refused_and_leaves_nothing() {
    let fixture = Fixture::new().await;
    let off = Journal::sample().credit(Account::Variance, usd(1));
    let refused = fixture
        .client
        .post_invoice(&delivery("k1", 1), &invoice("ship-1", off))
        .await;
    assert_eq!(code(refused), "unbalanced_entry");
    assert!(fixture.erp().book.table("journal_line").unwrap().is_empty());
    assert!(
        fixture
            .erp()
            .book
            .table("account_balance")
            .unwrap()
            .is_empty()
    );
    assert_eq!(fixture.documents(), 0);
    // The reference is still free for the right entry.
    let right = invoice("ship-1", Journal::sample());
    assert!(
        fixture
            .client
            .post_invoice(&delivery("k1", 2), &right)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn shipment_and_return_move_stock_and_cost_and_are_read_back() {
    let fixture = Fixture::new().await;
    fixture
        .client
        .post_goods_issue(&delivery("k1", 1), &issue("ship-1", 2))
        .await
        .unwrap();
    let back = goods_back("return-1", Some(first_return()));
    let credited = fixture
        .client
        .post_customer_return(&delivery("k2", 1), &back)
        .await
        .unwrap();
    assert_eq!(credited.reference.value, "CM-000001");
    let find = async |kind, reference| {
        let found = fixture
            .client
            .document(&fixture.context, kind, reference)
            .await
            .unwrap();
        found.unwrap()
    };
    let left = find(DocumentKind::GoodsIssue, "ship-1").await;
    let at_cost = Journal::default()
        .debit(Account::CostOfGoodsSold, usd(4400))
        .credit(Account::Inventory, usd(4400));
    assert_eq!((left.journal, left.moves[0].quantity), (at_cost, -2));
    let came = find(DocumentKind::GoodsReceipt, "return-1").await;
    assert_eq!((came.moves.len(), came.moves[0].quantity), (1, 1));
    assert_eq!(
        find(DocumentKind::CreditMemo, "return-1").await.journal,
        first_return()
    );
    let sku: Sku = "A-1".parse().unwrap();
    let stock = fixture
        .client
        .stock(&fixture.context, &[sku])
        .await
        .unwrap();
    let levels: Vec<_> = stock
        .levels
        .iter()
        .map(|level| (level.location.as_str(), level.on_hand))
        .collect();
    assert_eq!(
        levels,
        [
            ("store-austin", 498),
            ("store-soho", 501),
            ("warehouse-east", 500)
        ]
    );
}

#[tokio::test]
async fn finance_and_stock_may_live_in_two_erps() {
    let rule = |connector: &str, capability: Option<&str>| RoutingRule {
        connector: connector.into(),
        tenant: None,
        brand: None,
        capability: capability.map(str::to_owned),
    };
    let routing = vec![rule("warehouse", Some(STOCK)), rule("ledger", None)];
    let fixture = Fixture::with(&["ledger", "warehouse"], routing).await;
    let key = RoutingKey {
        brand: None,
        capability: Some(FINANCE.into()),
    };
    let routed = fixture
        .client
        .routing(&fixture.context, &key)
        .await
        .unwrap();
    assert_eq!(routed.connector.as_str(), "ledger");
    let client = &fixture.client;
    let left = client
        .post_goods_issue(&delivery("k1", 1), &issue("s-1", 2))
        .await
        .unwrap();
    let sale = invoice("s-1", Journal::sample());
    let billed = client
        .post_invoice(&delivery("k2", 1), &sale)
        .await
        .unwrap();
    assert_eq!(left.reference.system.as_str(), "warehouse");
    assert_eq!(billed.reference.system.as_str(), "ledger");
    let pinned = client.pinned_to(&"warehouse".into());
    let there = pinned
        .document(&fixture.context, DocumentKind::Invoice, "s-1")
        .await
        .unwrap();
    assert_eq!(there, None);
}

#[tokio::test]
async fn one_retailer_does_not_see_anothers_documents() {
    let fixture = Fixture::new().await;
    let sale = invoice("ship-1", Journal::sample());
    fixture
        .client
        .post_invoice(&delivery("k1", 1), &sale)
        .await
        .unwrap();
    let stranger = context_of("bazaar");
    let seen = fixture
        .client
        .document(&stranger, DocumentKind::Invoice, "ship-1")
        .await
        .unwrap();
    assert_eq!(seen, None);
    let theirs = Delivery {
        context: stranger,
        ..delivery("k1", 1)
    };
    let posted = fixture.client.post_invoice(&theirs, &sale).await.unwrap();
    assert_eq!(posted.reference.value, "INV-000002");
}

#[tokio::test]
async fn the_item_master_is_read_in_pages_and_by_sku() {
    let fixture = Fixture::new().await;
    let mut request = PageRequest {
        cursor: None,
        limit: Some(4),
    };
    let mut seen = Vec::new();
    loop {
        let page = fixture
            .client
            .products(&fixture.context, &request)
            .await
            .unwrap();
        seen.extend(
            page.items
                .into_iter()
                .map(|item| (item.sku.to_string(), item.list_price)),
        );
        request.cursor = page.next;
        if request.cursor.is_none() {
            break;
        }
    }
    let skus: Vec<&str> = seen.iter().map(|(sku, _)| sku.as_str()).collect();
    assert_eq!(skus, ["A-1", "A-2", "B-1", "B-2", "J-1", "K-1"]);
    let wanted = ["B-2", "X-9", "B-2"].map(|sku| sku.parse::<Sku>().unwrap());
    let found = fixture
        .client
        .products_by(&fixture.context, &wanted)
        .await
        .unwrap();
    assert_eq!(
        (found.products.len(), found.products[0].list_price),
        (1, usd(735))
    );
    assert_eq!(found.unknown, ["X-9".parse().unwrap()]);
    let price = async |sku: &str, currency| {
        fixture
            .client
            .price(&fixture.context, &sku.parse().unwrap(), currency)
            .await
    };
    assert_eq!(
        price("J-1", Currency::JPY)
            .await
            .unwrap()
            .amount
            .to_string(),
        "4000 JPY"
    );
    assert_eq!(
        price("K-1", Currency::KWD)
            .await
            .unwrap()
            .amount
            .to_string(),
        "12.500 KWD"
    );
    assert_eq!(code(price("A-1", Currency::EUR).await), "not_found");
    assert_eq!(code(price("X-9", Currency::USD).await), "unknown_sku");
}

#[tokio::test]
async fn a_closed_period_is_told_and_the_next_one_takes_the_posting() {
    let fixture = Fixture::new().await;
    let finance = Endpoint::local(fixture.erp().router.clone())
        .with_header(header::AUTHORIZATION, "Bearer key");
    finance
        .post("/api/fiscal-periods/2026-11/close")
        .send()
        .await
        .unwrap();
    let entry = JournalEntry {
        reference: "refund-1".into(),
        template: "refund-settled".into(),
        source: "return-1".into(),
        journal: Journal::sample(),
        posting_date: None,
        origin_date: None,
    };
    let refused = fixture
        .client
        .post_journal(&delivery("k1", 1), &entry)
        .await;
    assert_eq!(code(refused), "period_closed");
    let today = "2026-11-23".parse().unwrap();
    let period = fixture
        .client
        .period(&fixture.context, today)
        .await
        .unwrap();
    assert!(!period.open);
    let later = JournalEntry {
        posting_date: period.next_open,
        origin_date: Some(today),
        ..entry
    };
    let posted = fixture
        .client
        .post_journal(&delivery("k1", 2), &later)
        .await
        .unwrap();
    assert_eq!(posted.period, "2026-12");
}

#[tokio::test]
async fn every_operation_declares_what_governance_asks() {
    assert_eq!(declared_whole(&Fixture::new().await.api), 15);
}
