//! The promise "safe to call twice", kept over every connector in the list.

use super::Connector;
use crate::fixture::{Fixture, embedded, first_return, goods_back, invoice, issue};
use crossdock_books::{FaultKind, Times};
use crossdock_model::{Currency, Delivery, Fault, Quantity};
use crossdock_rig::{code, delivery, usd};
use std::path::Path;
use std::time::Duration;
use sys_erp_contract::{
    Account, AmendSalesOrder, CancelSalesOrder, CreditMemo, DocumentKind, DocumentStatus,
    ErpClient, GoodsLine, Journal, JournalEntry, Posted, SalesLine, SalesOrder,
};

/// Every connector of the list, each knowing its system's key as `api_key`.
fn connectors_with(api_key: &str) -> Vec<Connector> {
    crossdock_rig::connectors(|kind| match kind {
        "embedded" => Some(embedded(api_key, Duration::ZERO)),
        _unknown => None,
    })
}

fn connectors() -> Vec<Connector> {
    connectors_with("key")
}

/// The API over the connector with its system behind it.
async fn stand_up(connector: &Connector) -> Fixture {
    match connector {
        Connector::Embedded(_) => Fixture::of(connector).await,
    }
}

/// The same, with a system whose writes take their time.
async fn stand_up_in(folder: &Path, connector: &Connector) -> Fixture {
    match connector {
        Connector::Embedded(_) => Fixture::on_disk(connector, &folder.join("erp.db")).await,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Write {
    SalesOrder,
    Amend,
    Cancel,
    GoodsIssue,
    Invoice,
    Return,
    ReturnWithCredit,
    CreditMemo,
    Journal,
}

/// Each write, the vendor's operation behind it, and how many documents there are in the end.
const WRITES: [(Write, &str, usize); 9] = [
    (Write::SalesOrder, "POST /api/sales-orders", 1),
    (Write::Amend, "POST /api/sales-orders/amendments", 2),
    (Write::Cancel, "POST /api/sales-orders/{number}/cancel", 1),
    (Write::GoodsIssue, "POST /api/goods-issues", 1),
    (Write::Invoice, "POST /api/invoices", 1),
    (Write::Return, "POST /api/customer-returns", 1),
    (Write::ReturnWithCredit, "POST /api/customer-returns", 2),
    (Write::CreditMemo, "POST /api/credit-memos", 1),
    (Write::Journal, "POST /api/journal-entries", 1),
];

fn sales_order(total: i64) -> SalesOrder {
    let line = SalesLine {
        line: "A".parse().unwrap(),
        sku: "A-1".parse().unwrap(),
        quantity: Quantity::new(2).unwrap(),
        unit_price: usd(4000),
        net: usd(7200),
    };
    SalesOrder {
        reference: "order-1".into(),
        customer: None,
        currency: Currency::USD,
        lines: vec![line],
        total: usd(total),
    }
}

fn amendment(amount: i64) -> AmendSalesOrder {
    let line = GoodsLine {
        line: "A".parse().unwrap(),
        sku: "A-1".parse().unwrap(),
        quantity: Quantity::ONE,
    };
    AmendSalesOrder {
        reference: "cancel-1".into(),
        order: "order-1".into(),
        reason: "changed mind".into(),
        currency: Currency::USD,
        lines: vec![line],
        amount: usd(amount),
    }
}

fn credit_memo(journal: Journal) -> CreditMemo {
    CreditMemo {
        reference: "return-1".into(),
        order: "order-1".into(),
        journal,
        posting_date: None,
        origin_date: None,
    }
}

fn journal_entry(minor: i64) -> JournalEntry {
    JournalEntry {
        reference: "refund-1".into(),
        template: "refund-settled".into(),
        source: "return-1".into(),
        journal: Journal::default()
            .debit(Account::RefundPayable, usd(minor))
            .credit(Account::Clearing, usd(minor)),
        posting_date: None,
        origin_date: None,
    }
}

async fn prepare(fixture: &Fixture, write: Write) {
    if matches!(write, Write::Amend | Write::Cancel) {
        let delivery = delivery("before", 1);
        fixture
            .client
            .post_sales_order(&delivery, &sales_order(9647))
            .await
            .unwrap();
    }
}

async fn perform(erp: &ErpClient, write: Write, delivery: &Delivery) -> Result<Posted, Fault> {
    match write {
        Write::SalesOrder => erp.post_sales_order(delivery, &sales_order(9647)).await,
        Write::Amend => erp.amend_sales_order(delivery, &amendment(4824)).await,
        Write::Cancel => {
            let cancel = CancelSalesOrder {
                reference: "order-1".into(),
                reason: "changed mind".into(),
            };
            erp.cancel_sales_order(delivery, &cancel).await
        }
        Write::GoodsIssue => erp.post_goods_issue(delivery, &issue("ship-1", 2)).await,
        Write::Invoice => {
            erp.post_invoice(delivery, &invoice("ship-1", Journal::sample()))
                .await
        }
        Write::Return => {
            erp.post_customer_return(delivery, &goods_back("return-1", None))
                .await
        }
        Write::ReturnWithCredit => {
            let goods = goods_back("return-1", Some(first_return()));
            erp.post_customer_return(delivery, &goods).await
        }
        Write::CreditMemo => {
            erp.post_credit_memo(delivery, &credit_memo(first_return()))
                .await
        }
        Write::Journal => erp.post_journal(delivery, &journal_entry(3485)).await,
    }
}

#[tokio::test]
async fn each_write_twice_with_one_key_is_one_effect() {
    for connector in connectors() {
        for (write, _operation, documents) in WRITES {
            let fixture = stand_up(&connector).await;
            prepare(&fixture, write).await;
            let first = perform(&fixture.client, write, &delivery("k1", 1))
                .await
                .unwrap();
            let again = perform(&fixture.client, write, &delivery("k1", 1))
                .await
                .unwrap();
            let later = perform(&fixture.client, write, &delivery("k2", 2))
                .await
                .unwrap();
            assert_eq!((&again, &later), (&first, &first), "{write:?}");
            assert_eq!(fixture.documents(), documents, "{write:?}");
        }
    }
}

#[tokio::test]
async fn repeated_after_a_lost_answer_is_one_effect() {
    for connector in connectors() {
        for fault in [
            FaultKind::AnswerLost,
            FaultKind::ErrorAfter,
            FaultKind::Garbage,
        ] {
            for (write, operation, documents) in WRITES {
                let fixture = stand_up(&connector).await;
                prepare(&fixture, write).await;
                let faults = fixture.erp().faults();
                faults.arm(operation, fault.clone(), Times::Next(1));
                let lost = perform(&fixture.client, write, &delivery("k1", 1)).await;
                assert!(
                    matches!(lost, Err(Fault::Unknown { .. })),
                    "{write:?}: {lost:?}"
                );
                assert_eq!(faults.armed()[0].hits, 1, "{write:?}");
                perform(&fixture.client, write, &delivery("k1", 2))
                    .await
                    .unwrap();
                assert_eq!(fixture.documents(), documents, "{write:?} after {fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_stops_a_write_before_its_effect_leaves_nothing_and_may_be_tried_again() {
    let odd = FaultKind::Refuse {
        status: 400,
        code: "TOO_MANY_CALLS".into(),
    };
    for connector in connectors() {
        for fault in [
            FaultKind::Down,
            FaultKind::Throttle { retry_after: 3 },
            odd.clone(),
        ] {
            for (write, operation, documents) in WRITES {
                let fixture = stand_up(&connector).await;
                prepare(&fixture, write).await;
                let before = fixture.documents();
                fixture
                    .erp()
                    .faults()
                    .arm(operation, fault.clone(), Times::Next(1));
                let stopped = perform(&fixture.client, write, &delivery("k1", 1)).await;
                assert!(
                    matches!(stopped, Err(Fault::Retry { .. })),
                    "{write:?}: {stopped:?}"
                );
                assert_eq!(fixture.documents(), before, "{write:?}");
                perform(&fixture.client, write, &delivery("k1", 2))
                    .await
                    .unwrap();
                assert_eq!(fixture.documents(), documents, "{write:?} after {fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn attempts_side_by_side_post_one_document() {
    for connector in connectors() {
        for (write, _operation, documents) in WRITES {
            let folder = tempfile::tempdir().unwrap();
            let fixture = stand_up_in(folder.path(), &connector).await;
            prepare(&fixture, write).await;
            let deliveries: Vec<Delivery> =
                (1..=8).map(|attempt| delivery("k1", attempt)).collect();
            let all = deliveries
                .iter()
                .map(|delivery| perform(&fixture.client, write, delivery));
            let answers = futures_util::future::join_all(all).await;
            let first = answers[0].as_ref().unwrap();
            assert!(
                answers.iter().all(|answer| answer.as_ref() == Ok(first)),
                "{write:?}"
            );
            assert_eq!(fixture.documents(), documents, "{write:?}");
        }
    }
}

#[tokio::test]
async fn what_was_posted_is_found_by_reference_and_nothing_else_is() {
    let kinds = [
        (Write::SalesOrder, DocumentKind::SalesOrder, "order-1"),
        (Write::Amend, DocumentKind::SalesOrderAmendment, "cancel-1"),
        (Write::Cancel, DocumentKind::SalesOrder, "order-1"),
        (Write::GoodsIssue, DocumentKind::GoodsIssue, "ship-1"),
        (Write::Invoice, DocumentKind::Invoice, "ship-1"),
        (Write::Return, DocumentKind::GoodsReceipt, "return-1"),
        (
            Write::ReturnWithCredit,
            DocumentKind::CreditMemo,
            "return-1",
        ),
        (Write::CreditMemo, DocumentKind::CreditMemo, "return-1"),
        (Write::Journal, DocumentKind::JournalEntry, "refund-1"),
    ];
    for connector in connectors() {
        for (write, kind, reference) in kinds {
            let fixture = stand_up(&connector).await;
            let find = async |reference| {
                fixture
                    .client
                    .document(&fixture.context, kind, reference)
                    .await
            };
            assert_eq!(find(reference).await.unwrap(), None);
            prepare(&fixture, write).await;
            let posted = perform(&fixture.client, write, &delivery("k1", 1))
                .await
                .unwrap();
            let found = find(reference).await.unwrap().unwrap();
            assert_eq!(found.posted, posted, "{write:?}");
            let cancelled = found.status == DocumentStatus::Cancelled;
            assert_eq!(cancelled, write == Write::Cancel);
            assert_eq!(find("another").await.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn a_reference_with_other_content_is_refused() {
    for connector in connectors() {
        let fixture = stand_up(&connector).await;
        let first = delivery("k1", 1);
        for (write, ..) in WRITES {
            if write != Write::Cancel && write != Write::Return {
                perform(&fixture.client, write, &first).await.unwrap();
            }
        }
        let (erp, other) = (&fixture.client, delivery("k2", 1));
        let wrong = Journal::sample().reversed();
        let refused = [
            erp.post_sales_order(&other, &sales_order(1)).await,
            erp.amend_sales_order(&other, &amendment(1)).await,
            erp.post_goods_issue(&other, &issue("ship-1", 3)).await,
            erp.post_invoice(&other, &invoice("ship-1", wrong.clone()))
                .await,
            erp.post_customer_return(&other, &goods_back("return-1", Some(wrong.clone())))
                .await,
            erp.post_credit_memo(&other, &credit_memo(wrong)).await,
            erp.post_journal(&other, &journal_entry(1)).await,
        ];
        for answer in refused {
            assert_eq!(code(answer), "reference_reused");
        }
    }
}

#[tokio::test]
async fn goods_and_credit_complete_each_other_whichever_came_first() {
    for connector in connectors() {
        for first in [Write::Return, Write::CreditMemo] {
            let fixture = stand_up(&connector).await;
            perform(&fixture.client, first, &delivery("k1", 1))
                .await
                .unwrap();
            let both = perform(&fixture.client, Write::ReturnWithCredit, &delivery("k2", 1)).await;
            assert_eq!(both.unwrap().reference.kind, "credit-memo");
            assert_eq!(fixture.documents(), 2, "after {first:?}");
        }
    }
}

#[tokio::test]
async fn refusals_say_what_to_mend_in_our_own_codes() {
    for connector in connectors() {
        let fixture = stand_up(&connector).await;
        let (erp, delivery) = (&fixture.client, delivery("k1", 1));
        let mut unknown = issue("ship-1", 1);
        unknown.lines[0].sku = "X-9".parse().unwrap();
        let mut nowhere = issue("ship-1", 1);
        nowhere.location = "store-moon".parse().unwrap();
        let negative = Journal::default()
            .debit(Account::Bank, usd(-5))
            .credit(Account::Clearing, usd(-5));
        let mut mixed = sales_order(9647);
        mixed.currency = Currency::EUR;
        let cancel = CancelSalesOrder {
            reference: "order-9".into(),
            reason: "none".into(),
        };
        let answers = [
            (
                erp.post_goods_issue(&delivery, &unknown).await,
                "unknown_sku",
            ),
            (
                erp.post_goods_issue(&delivery, &nowhere).await,
                "posting_rejected",
            ),
            (
                erp.post_goods_issue(&delivery, &issue("ship-1", 501)).await,
                "posting_rejected",
            ),
            (
                erp.post_invoice(&delivery, &invoice("s", negative)).await,
                "posting_rejected",
            ),
            (
                erp.post_invoice(&delivery, &invoice("", Journal::sample()))
                    .await,
                "posting_rejected",
            ),
            (
                erp.post_sales_order(&delivery, &mixed).await,
                "mixed_currencies",
            ),
            (
                erp.cancel_sales_order(&delivery, &cancel).await,
                "not_found",
            ),
        ];
        for (answer, expected) in answers {
            assert_eq!(code(answer), expected);
        }
        assert_eq!(fixture.documents(), 0);
    }
}

#[tokio::test]
async fn a_sales_order_that_stands_is_amended_by_no_more_than_it_has() {
    for connector in connectors() {
        let fixture = stand_up(&connector).await;
        let (erp, delivery) = (&fixture.client, delivery("k1", 1));
        let missing = erp.amend_sales_order(&delivery, &amendment(4824)).await;
        assert_eq!(code(missing), "posting_rejected");
        prepare(&fixture, Write::Amend).await;
        let mut mixed = amendment(4824);
        mixed.currency = Currency::EUR;
        let mut too_many = amendment(4824);
        too_many.lines[0].quantity = Quantity::new(3).unwrap();
        let mut unknown = amendment(4824);
        unknown.lines[0].sku = "X-9".parse().unwrap();
        for (amended, expected) in [
            (mixed, "mixed_currencies"),
            (too_many, "posting_rejected"),
            (unknown, "unknown_sku"),
        ] {
            let refused = erp.amend_sales_order(&delivery, &amended).await;
            assert_eq!(code(refused), expected);
        }
        perform(erp, Write::Cancel, &delivery).await.unwrap();
        let ended = erp.amend_sales_order(&delivery, &amendment(4824)).await;
        assert_eq!(code(ended), "posting_rejected");
        assert_eq!(fixture.documents(), 1);
    }
}

#[tokio::test]
async fn a_wrong_key_is_our_set_up_and_no_vendors_no() {
    for connector in connectors_with("stolen") {
        let fixture = stand_up(&connector).await;
        let refused = perform(&fixture.client, Write::Invoice, &delivery("k1", 1)).await;
        assert!(
            matches!(refused, Err(Fault::Misconfigured { .. })),
            "{refused:?}"
        );
    }
}
