//! Placing an order while its systems misbehave: one set of effects in their books, or none.

use crossdock::Options;
use crossdock_books::{FaultKind, Times};
use crossdock_runtime::ManualClock;
use crossdock_testkit::{Answer, Card, Channel, Points, Shop, g1};
use std::sync::Arc;
use std::time::Duration;

const ADA: &str = "cust-ada/member-ada";

/// Every write that placing an order makes at a backend.
const OPERATIONS: [(&str, &str); 7] = [
    ("oms", "POST /v1/{merchant}/holds"),
    ("loyalty", "POST /v1/redemptions"),
    ("payment", "POST /v1/payments"),
    ("oms", "POST /v1/{merchant}/orders"),
    ("loyalty", "POST /v1/redemption-captures"),
    ("loyalty", "POST /v1/earnings"),
    ("erp", "POST /api/sales-orders"),
];

/// An order with one operation misbehaving so often; it must be placed, once.
async fn placed_once(domain: &str, operation: &str, fault: FaultKind, times: u32) {
    let at = format!("{domain} {operation} {fault:?}");
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let quote = web.quote(&g1()).await.expect(200);
    let faults = shop.book(domain, "main").faults();
    faults.arm(operation, fault, Times::Next(times));
    let answer = web.order(&quote, "web-1", "tok_visa").await;
    assert_eq!(answer.status.as_u16(), 201, "{at}: {}", answer.json);
    let order = answer.text("/id");
    shop.quiet().await;
    let hits: u64 = faults.armed().iter().map(|armed| armed.hits).sum();
    assert_eq!(hits, u64::from(times), "{at} was not met");

    let books = shop.books();
    for (domain, table) in [
        ("oms", "reservation"),
        ("oms", "customer_order"),
        ("loyalty", "hold"),
        ("loyalty", "burn"),
        ("loyalty", "accrual"),
        ("payment", "payments"),
        ("erp", "document"),
    ] {
        let rows = books.table(domain, "main", table);
        assert_eq!(rows.len(), 1, "{at}: {domain}/{table}: {rows:?}");
        assert!(
            rows[0].values().any(|value| value == order.as_str()),
            "{at}: {domain}/{table}"
        );
    }
    let held = Card {
        payments: 1,
        authorised: 9_647,
        captured: 0,
        cancelled: 0,
        refund_pending: 0,
        refunded: 0,
    };
    assert_eq!(books.card(&order), held, "{at}");
    let points = Points {
        available: 500,
        pending: 84,
        held: 0,
        debt: 0,
    };
    assert_eq!(books.points("main", "member-ada"), points, "{at}");
    assert_eq!(
        (books.promised("A-1"), books.promised("B-1")),
        (2, 1),
        "{at}"
    );
    assert!(
        shop.exceptions().await.is_empty(),
        "{at}: {:?}",
        shop.exceptions().await
    );
}

async fn at_every_operation(fault: FaultKind, times: u32) {
    for (domain, operation) in OPERATIONS {
        placed_once(domain, operation, fault.clone(), times).await;
    }
}

#[tokio::test]
async fn answers_that_are_lost_are_found_again_and_never_doubled() {
    at_every_operation(FaultKind::AnswerLost, 1).await;
}

#[tokio::test]
async fn errors_after_the_effect_are_found_out_and_never_doubled() {
    at_every_operation(FaultKind::ErrorAfter, 1).await;
}

#[tokio::test]
async fn a_system_that_is_down_for_a_moment_costs_patience_only() {
    at_every_operation(FaultKind::Down, 1).await;
}

#[tokio::test]
async fn garbage_for_an_answer_is_not_believed() {
    at_every_operation(FaultKind::Garbage, 1).await;
}

/// Every write of shipping, returning and settling at a backend.
const LATER: [(&str, &str); 14] = [
    ("payment", "POST /v1/captures"),
    ("oms", "POST /v1/{merchant}/fulfilments/{no}/authorise"),
    ("tax", "POST /v1/transactions"),
    ("erp", "POST /api/goods-issues"),
    ("erp", "POST /api/invoices"),
    ("loyalty", "POST /v1/earning-maturities"),
    ("payment", "POST /v1/refunds"),
    ("oms", "POST /v1/{merchant}/receipts"),
    ("erp", "POST /api/customer-returns"),
    ("erp", "POST /api/credit-memos"),
    ("erp", "POST /api/journal-entries"),
    ("loyalty", "POST /v1/redemption-refunds"),
    ("loyalty", "POST /v1/earning-reversals"),
    ("tax", "POST /v1/refunds"),
];

/// The whole of G1 up to its first return, with each later write misbehaving once.
async fn settled_once(fault: FaultKind) {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "web-1").await;
    for (domain, operation) in LATER {
        shop.book(domain, "main")
            .faults()
            .arm(operation, fault.clone(), Times::Next(1));
    }
    shop.ships(&order).await;
    let taken = shop.takes_back(&order, &[("A", 1)]).await;
    assert_eq!(shop.closes(&taken).await.text("/status"), "closed");
    shop.quiet().await;
    for domain in ["oms", "erp", "loyalty", "payment", "tax"] {
        for armed in shop.book(domain, "main").faults().armed() {
            assert_eq!(armed.hits, 1, "{domain} {} {fault:?}", armed.operation);
        }
    }

    the_first_return_is_settled(&shop, &order).await;
}

/// Every ledger as G1's table has it after the first return.
async fn the_first_return_is_settled(shop: &Shop, order: &str) {
    let books = shop.books();
    let card = Card {
        payments: 1,
        authorised: 9_647,
        captured: 9_647,
        cancelled: 0,
        refund_pending: 0,
        refunded: 3_485,
    };
    assert_eq!(books.card(order), card);
    let points = Points {
        available: 933,
        pending: 0,
        held: 0,
        debt: 0,
    };
    assert_eq!(books.points("main", "member-ada"), points);
    assert_eq!(books.tax(order), (697, 266));
    assert_eq!(books.table("oms", "main", "receipt").len(), 1);
    for (kind, count) in [
        ("SO", 1),
        ("GI", 1),
        ("INV", 1),
        ("GR", 1),
        ("CM", 1),
        ("JE", 1),
    ] {
        let documents = books.table("erp", "main", "document").into_iter();
        assert_eq!(
            documents.filter(|row| row["kind"] == kind).count(),
            count,
            "{kind}"
        );
    }
    for (account, holds) in [
        ("clearing", 9_647 - 3_485),
        ("revenue", 3_568 - 9_366),
        ("tax-payable", -431),
        ("refund-payable", 0),
    ] {
        assert_eq!(books.account("main", account), holds, "{account}");
    }
    assert!(
        shop.exceptions().await.is_empty(),
        "{:?}",
        shop.exceptions().await
    );
}

#[tokio::test]
async fn shipping_and_returning_with_every_answer_lost_once_settles_the_same() {
    settled_once(FaultKind::AnswerLost).await;
}

#[tokio::test]
async fn shipping_and_returning_with_every_system_down_for_a_moment_settles_the_same() {
    settled_once(FaultKind::Down).await;
}

#[tokio::test]
async fn shipping_and_returning_with_an_error_after_every_effect_settles_the_same() {
    settled_once(FaultKind::ErrorAfter).await;
}

#[tokio::test]
async fn a_page_of_somebody_in_between_is_no_answer_and_the_return_is_read_back_again() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "web-1").await;
    shop.ships(&order).await;
    let taken = shop.takes_back(&order, &[("A", 1)]).await;
    for (domain, operation) in [
        ("erp", "GET /api/documents"),
        ("oms", "GET /v1/{merchant}/receipts/{return_no}"),
    ] {
        let faults = shop.book(domain, "main").faults();
        faults.arm(operation, FaultKind::Garbage, Times::Next(1));
    }
    assert_eq!(shop.closes(&taken).await.text("/status"), "closed");
    for domain in ["erp", "oms"] {
        let armed = shop.book(domain, "main").faults().armed();
        assert!(
            armed.iter().all(|fault| fault.hits == 1),
            "{domain}: {armed:?}"
        );
    }
    assert_eq!(shop.exceptions().await, Vec::<serde_json::Value>::new());
}

/// A shop whose time a test moves on, with a price for G1.
async fn at_the_checkout() -> (Shop, Arc<ManualClock>, Answer) {
    let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
    let options = Options::in_memory().with_clock(Arc::clone(&clock) as _);
    let shop = Shop::built(&[], options).await;
    let quote = shop.web(Some(ADA)).quote(&g1()).await.expect(200);
    (shop, clock, quote)
}

/// Orders on that price while time goes on until the order's feed tells of that.
async fn orders_until(
    (shop, clock): (&Shop, &ManualClock),
    (quote, reference): (&Answer, &str),
    kind: &str,
) -> Answer {
    let web = shop.web(Some(ADA));
    let ordering = web.order(quote, reference, "tok_visa");
    let going_on = async {
        while !shop
            .events("order")
            .await
            .iter()
            .any(|event| &*event.kind == kind)
        {
            clock.advance(Duration::from_millis(250));
            tokio::task::yield_now().await;
        }
        // Whoever still waits for an answer is answered by its deadline.
        clock.advance(Duration::from_secs(10));
    };
    tokio::join!(ordering, going_on).0
}

#[tokio::test]
async fn a_system_that_is_back_while_the_holds_last_is_waited_for_and_no_person_is_needed() {
    for (domain, operation) in [OPERATIONS[0], OPERATIONS[1], OPERATIONS[2]] {
        for fault in [FaultKind::Down, FaultKind::ErrorBefore] {
            let (shop, clock, quote) = at_the_checkout().await;
            let faults = shop.book(domain, "main").faults();
            faults.arm(operation, fault.clone(), Times::Next(9));
            let wanted = (&quote, "web-1");
            let answer = orders_until((&shop, &clock), wanted, "OrderPlaced").await;
            let order = answer.text("/id");
            assert!(
                answer.status.is_success(),
                "{domain} {fault:?}: {}",
                answer.json
            );
            shop.quiet().await;
            let books = shop.books();
            assert_eq!(books.card(&order).payments, 1, "{domain} {fault:?}");
            assert_eq!(books.promised("A-1"), 2, "{domain} {fault:?}");
            assert_eq!(shop.exceptions().await, Vec::<serde_json::Value>::new());
        }
    }
}

#[tokio::test]
async fn a_system_that_stays_down_before_the_promise_undoes_the_order_and_no_person_is_needed() {
    for (domain, operation) in [OPERATIONS[1], OPERATIONS[2]] {
        let (shop, clock, quote) = at_the_checkout().await;
        let faults = shop.book(domain, "main").faults();
        faults.arm(operation, FaultKind::ErrorBefore, Times::UntilCleared);
        let wanted = (&quote, "web-2");
        let received = orders_until((&shop, &clock), wanted, "OrderRejected").await;
        let order = received.expect(202).text("/id");
        let rejected = shop.event_about("order", "OrderRejected", &order).await;
        let rejected: serde_json::Value = serde_json::from_slice(&rejected.data).unwrap();
        assert_eq!(rejected["code"], "unavailable", "{domain}");
        assert_eq!(shop.exceptions().await, Vec::<serde_json::Value>::new());
        let books = shop.books();
        let promised = (books.promised("A-1"), books.promised("B-1"));
        assert_eq!(promised, (0, 0), "{domain}");
        let points = Points {
            available: 1_500,
            pending: 0,
            held: 0,
            debt: 0,
        };
        assert_eq!(books.points("main", "member-ada"), points, "{domain}");
        let card = books.card(&order);
        assert_eq!(card.authorised, card.cancelled, "{domain}");
        for (domain, table) in [
            ("oms", "customer_order"),
            ("erp", "document"),
            ("loyalty", "accrual"),
        ] {
            assert_eq!(books.table(domain, "main", table), [], "{domain}/{table}");
        }
        // The channel's reference is free again.
        faults.clear();
        let web = shop.web(Some(ADA));
        let quote = web.quote(&g1()).await.expect(200);
        web.order(&quote, "web-2", "tok_visa").await.expect(201);
    }
}

#[tokio::test]
async fn a_customer_is_told_at_once_that_an_order_waits_for_a_person() {
    // Nobody waits that long here: an answer comes early or not at all.
    let patient = [
        ("CROSSDOCK__POLICY__EXPERIENCE__DEADLINE", "1h"),
        ("CROSSDOCK__POLICY__PROCESS__DEADLINE", "1h"),
    ];
    let shop = Shop::open_with(&patient).await;
    let web = shop.web(Some(ADA));
    let quote = web.quote(&g1()).await.expect(200);
    let faults = shop.book("oms", "main").faults();
    // A key that is not known there is for a person at once.
    let unknown_key = FaultKind::Refuse {
        status: 401,
        code: "invalid_api_key".into(),
    };
    faults.arm(OPERATIONS[0].1, unknown_key, Times::UntilCleared);

    let checkout = Channel::checkout(&quote, "web-1", "tok_visa");
    let ask = || web.post_with("/ecommerce/v1/orders", "key-1", &checkout);
    let received = ask().await.expect(202);
    let order = received.text("/id");
    assert_eq!(
        received.text("/status"),
        "PaymentDue",
        "nothing is promised"
    );
    assert_eq!(shop.exceptions().await[0]["step"], "reserve-stock");
    assert_eq!(ask().await.expect(202).text("/id"), order, "however often");

    faults.clear();
    shop.lets_go_on(&order).await;
    assert_eq!(ask().await.expect(201).text("/id"), order);
    shop.quiet().await;
    assert_eq!(shop.books().documents("main", "SO", &order).len(), 1);
}
