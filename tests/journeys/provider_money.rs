//! Money that moves at the payment provider by itself: it is counted once, and what nobody can know is on the desk.

use crossdock_books::{FaultKind, Times};
use crossdock_testkit::{Answer, Shop, back, g1};
use serde_json::{Value, json};

const RETURNS: &str = "/pos/v1/returns";
const EVALUATE: &str = "/pos/v1/returns/evaluate";

async fn shipped(shop: &Shop) -> String {
    let order = shop.sells(&g1(), "web-1").await;
    shop.ships(&order).await;
    order
}

async fn waits_for(shop: &Shop, code: &str) {
    let names = |event: &crossdock_store::StoredEvent| {
        let opened: Value = serde_json::from_slice(&event.data).unwrap_or_default();
        &*event.kind == "ExceptionOpened" && opened["code"] == code
    };
    let feed = if code.starts_with("refund_") {
        "return"
    } else {
        "order"
    };
    shop.event(feed, names).await;
}

async fn evaluated(shop: &Shop, order: &str, line: &str) -> Answer {
    let till = shop.till("store-soho/kim");
    till.post(EVALUATE, &back(order, &[(line, 1)]))
        .await
        .expect(200)
}

async fn taken_back(shop: &Shop, order: &str, line: &str) -> String {
    let till = shop.till("store-soho/kim");
    let taken = till.post(RETURNS, &back(order, &[(line, 1)])).await;
    taken.expect(201).text("/id")
}

async fn refund_of(shop: &Shop, id: &str) -> String {
    let made =
        |books: &crossdock_testkit::Books<'_>| !books.about("payment", "refunds", id).is_empty();
    shop.until("the refund", made).await;
    let refunds = shop.books().about("payment", "refunds", id);
    refunds[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refund_made_at_the_provider_counts_at_once_and_a_return_waits_until_it_is_attributed() {
    let shop = Shop::open().await;
    let order = shipped(&shop).await;
    shop.bank().refunds_itself(&order, 5_304).await;
    shop.bank().settle().await;
    waits_for(&shop, "provider_refund").await;
    let path = format!("/customer-service/v1/orders/{order}/timeline");
    let timeline = shop.agent("agent-7").get(&path).await.expect(200);
    assert_eq!(timeline.text("/position/refunded/amount"), "53.04");
    let dry = evaluated(&shop, &order, "A").await;
    assert!(
        dry.text("/refundWaits").contains("53.04 USD"),
        "{}",
        dry.json
    );
    let first = taken_back(&shop, &order, "A").await;
    shop.event_about("return", "ErpPosted", &first).await;
    assert_eq!(shop.books().table("payment", "main", "refunds").len(), 1);

    // It was for the other A, and 18.20 to keep the customer.
    let wrong = json!({"units": ["A#1..A#2"]});
    let wrong = shop
        .answers("account-provider-refund", "attribute-refund", &wrong)
        .await;
    assert!(wrong.unwrap_err().contains("69.69 USD"));
    let units = json!({"units": ["A#2"]});
    shop.answers("account-provider-refund", "attribute-refund", &units)
        .await
        .unwrap();
    refund_of(&shop, &first).await;
    shop.bank().settle().await;
    shop.event_about("return", "ReturnClosed", &first).await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.card(&order).refunded, 5_304 + 3_485);
    assert_eq!(books.account("main", "goodwill"), 1_820);
    assert_eq!(
        books.account("main", "refund-payable"),
        3_484,
        "in advance of the other A"
    );

    // Brought back as well, it pays nothing any more.
    assert_eq!(
        evaluated(&shop, &order, "A").await.text("/refund/amount"),
        "0.00"
    );
    let second = taken_back(&shop, &order, "A").await;
    shop.event_about("return", "ReturnClosed", &second).await;
    shop.quiet().await;
    assert_eq!(books.card(&order).refunded, 5_304 + 3_485);
    assert_eq!(books.account("main", "refund-payable"), 0);
    // The ceiling is the order's: B's 21.78 would make it 109.67 of 96.47.
    let third = taken_back(&shop, &order, "B").await;
    waits_for(&shop, "refund_ceiling").await;
    assert_eq!(shop.waiting().await, ["refund_ceiling"]);
    assert!(books.about("payment", "refunds", &third).is_empty());
}

#[tokio::test]
async fn a_refund_that_came_back_after_it_had_settled_is_owed_until_a_person_has_paid_it() {
    let shop = Shop::open().await;
    let order = shipped(&shop).await;
    let taken = shop.takes_back(&order, &[("A", 1)]).await;
    let id = taken.text("/id");
    let refund = refund_of(&shop, &id).await;
    let closed = shop.closes(&taken).await;
    assert_eq!(closed.text("/status"), "closed");
    shop.quiet().await;
    shop.bank().sends_back(&refund).await;
    waits_for(&shop, "refund_reversed").await;
    let till = shop.till("store-soho/kim");
    let open = till.get(&format!("{RETURNS}/{id}")).await.expect(200);
    assert_eq!(
        (open.text("/status"), open.text("/legs/0/state")),
        ("settling".into(), "open".into())
    );
    let books = shop.books();
    assert_eq!(books.account("main", "refund-payable"), -3_485);
    let paid = json!({"reference": "transfer-77"});
    shop.answers("reopen-refund", "pay-by-hand", &paid)
        .await
        .unwrap();
    shop.quiet().await;
    let closed = till.get(&format!("{RETURNS}/{id}")).await.expect(200);
    assert_eq!(closed.text("/status"), "closed");
    assert_eq!(closed.text("/legs/0/references/0/value"), "transfer-77");
    assert_eq!(books.account("main", "refund-payable"), 0);
    assert_eq!(books.account("main", "bank"), -3_485);
    assert_eq!(books.account("main", "clearing"), 9_647);
    assert_eq!(shop.waiting().await, [""; 0]);
}

/// The ERP cannot take the goods in while the money goes there and back.
#[tokio::test]
async fn a_refund_that_comes_back_before_its_return_is_closed_is_owed_and_closes_it_once() {
    let shop = Shop::open().await;
    let order = shipped(&shop).await;
    let faults = shop.book("erp", "main").faults();
    faults.arm(
        "POST /api/customer-returns",
        FaultKind::Down,
        Times::UntilCleared,
    );
    let id = taken_back(&shop, &order, "A").await;
    let refund = refund_of(&shop, &id).await;
    shop.bank().settle().await;
    shop.event_about("return", "RefundSettled", &id).await;
    shop.bank().sends_back(&refund).await;
    waits_for(&shop, "refund_reversed").await;
    faults.clear();
    let paid = json!({"reference": "transfer-79"});
    shop.answers("reopen-refund", "pay-by-hand", &paid)
        .await
        .unwrap();
    shop.event_about("return", "ReturnClosed", &id).await;
    shop.quiet().await;
    let events = shop.events("return").await;
    let times = |kind: &str| events.iter().filter(|event| &*event.kind == kind).count();
    assert_eq!((times("ReturnClosed"), times("ReturnLegSettled")), (1, 4));
    let books = shop.books();
    let accounts = ["refund-payable", "bank", "clearing"];
    let accounts = accounts.map(|name| books.account("main", name));
    assert_eq!(accounts, [0, -3_485, 9_647]);
}

#[tokio::test]
async fn a_refund_that_fails_and_is_paid_by_hand_closes_its_return() {
    let shop = Shop::open().await;
    let web = shop.web(Some("cust-ada/member-ada"));
    let quote = web.quote(&g1()).await.expect(200);
    let placed = web.order(&quote, "web-1", "tok_refund_fails").await;
    let order = placed.expect(201).text("/id");
    shop.quiet().await;
    shop.ships(&order).await;
    let id = taken_back(&shop, &order, "A").await;
    refund_of(&shop, &id).await;
    shop.bank().settle().await;
    waits_for(&shop, "refund_failed").await;
    let paid = json!({"reference": "credit-5"});
    shop.answers("commit-return", "pay-by-hand", &paid)
        .await
        .unwrap();
    shop.event_about("return", "ReturnClosed", &id).await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(
        (
            books.account("main", "refund-payable"),
            books.account("main", "bank")
        ),
        (0, -3_485)
    );
    assert_eq!(shop.waiting().await, [""; 0]);
}

#[tokio::test]
async fn nothing_is_refunded_while_it_is_disputed_and_what_is_won_is_free_again() {
    let shop = Shop::open().await;
    let order = shipped(&shop).await;
    let dispute = shop.bank().is_disputed(&order, 3_485).await;
    waits_for(&shop, "disputed").await;
    let opened = shop.exceptions().await.pop().unwrap();
    assert!(
        opened["why"]
            .as_str()
            .unwrap()
            .contains("evidence is due by"),
        "{opened}"
    );
    assert_eq!(opened["moneyAtRisk"]["amount"], "34.85");
    let id = taken_back(&shop, &order, "A").await;
    shop.event_about("return", "ErpPosted", &id).await;
    assert_eq!(shop.books().table("payment", "main", "refunds"), []);
    shop.bank().decides(&dispute, "won").await;
    refund_of(&shop, &id).await;
    shop.bank().settle().await;
    shop.event_about("return", "ReturnClosed", &id).await;
    shop.quiet().await;
    assert_eq!(shop.waiting().await, [""; 0]);
    assert_eq!(shop.books().account("main", "fees"), 0);
}

#[tokio::test]
async fn a_lost_dispute_is_refunded_with_its_fee_and_the_unit_is_not_paid_twice() {
    let shop = Shop::open().await;
    let order = shipped(&shop).await;
    let dispute = shop.bank().is_disputed(&order, 3_485).await;
    waits_for(&shop, "disputed").await;
    shop.bank().decides(&dispute, "lost").await;
    waits_for(&shop, "dispute_lost").await;
    assert_eq!(shop.waiting().await, ["dispute_lost"]);
    let units = json!({"units": ["A#1"]});
    shop.answers("account-provider-refund", "attribute-refund", &units)
        .await
        .unwrap();
    let id = taken_back(&shop, &order, "A").await;
    shop.event_about("return", "ReturnClosed", &id).await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.table("payment", "main", "refunds"), []);
    let accounts = ["refund-payable", "fees", "clearing"].map(|name| books.account("main", name));
    assert_eq!(accounts, [0, 1_500, 9_647 - 3_485 - 1_500]);
    assert_eq!(shop.waiting().await, [""; 0]);
}

#[tokio::test]
async fn a_capture_made_at_the_provider_pays_for_the_parcel_whose_own_is_refused() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "web-1").await;
    let capture = shop.bank().captures_itself(&order, 9_647).await;
    shop.bank().settle().await;
    waits_for(&shop, "provider_capture").await;
    let job = shop.warehouse().pack(&order).await.remove(0);
    waits_for(&shop, "capture_exceeds_authorisation").await;
    let nowhere = json!({"shipment": format!("{order}-nowhere")});
    let nowhere = shop
        .answers("account-provider-capture", "explain-capture", &nowhere)
        .await;
    assert!(nowhere.unwrap_err().contains("has no shipment"));
    let shipment = json!({"shipment": format!("{order}-{job}")});
    shop.answers("account-provider-capture", "explain-capture", &shipment)
        .await
        .unwrap();
    let captured = json!({"system": "main", "kind": "capture", "value": capture});
    shop.answers("fulfil-shipment", "capture-payment", &captured)
        .await
        .unwrap();
    shop.warehouse().ship(&job).await;
    shop.event_about("order", "OrderShipped", &order).await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.table("payment", "main", "captures").len(), 1);
    let accounts = ["clearing", "refund-payable"].map(|name| books.account("main", name));
    assert_eq!(accounts, [9_647, 0]);
    assert_eq!(shop.waiting().await, [""; 0]);
}

/// A capture that no parcel needs is given back, and that refund is known to be for it.
#[tokio::test]
async fn a_capture_made_at_the_provider_that_is_given_back_there_leaves_nothing_in_the_books() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "web-1").await;
    let capture = shop.bank().captures_itself(&order, 1_000).await;
    shop.bank().refunds_itself(&order, 1_000).await;
    shop.bank().settle().await;
    waits_for(&shop, "provider_capture").await;
    waits_for(&shop, "provider_refund").await;
    let given_back = json!({"capture": capture});
    shop.answers("account-provider-refund", "attribute-refund", &given_back)
        .await
        .unwrap();
    shop.answers("account-provider-capture", "explain-capture", &json!({}))
        .await
        .unwrap();
    shop.quiet().await;
    let books = shop.books();
    let accounts =
        ["refund-payable", "clearing", "goodwill"].map(|name| books.account("main", name));
    assert_eq!(accounts, [0, 0, 0]);
    assert_eq!(shop.waiting().await, [""; 0]);
}

#[tokio::test]
async fn a_refund_made_at_the_provider_that_came_back_counts_no_more() {
    let shop = Shop::open().await;
    let order = shipped(&shop).await;
    let refund = shop.bank().refunds_itself(&order, 3_485).await;
    shop.bank().settle().await;
    waits_for(&shop, "provider_refund").await;
    shop.bank().sends_back(&refund).await;
    shop.event_about("order", "RefundReversed", &refund).await;
    let id = taken_back(&shop, &order, "A").await;
    refund_of(&shop, &id).await;
    shop.bank().settle().await;
    shop.event_about("return", "ReturnClosed", &id).await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.card(&order).refunded, 3_485);
    let accounts = ["refund-payable", "clearing"].map(|name| books.account("main", name));
    assert_eq!(accounts, [0, 9_647 - 3_485]);
    assert_eq!(shop.waiting().await, [""; 0]);
}

#[tokio::test]
async fn a_refund_at_the_provider_that_came_back_once_it_was_attributed_is_owed() {
    let shop = Shop::open().await;
    let order = shipped(&shop).await;
    let refund = shop.bank().refunds_itself(&order, 3_485).await;
    shop.bank().settle().await;
    waits_for(&shop, "provider_refund").await;
    let units = json!({"units": ["A#1"]});
    let attributed = shop.answers("account-provider-refund", "attribute-refund", &units);
    attributed.await.unwrap();
    shop.bank().sends_back(&refund).await;
    shop.event_about("order", "RefundReversed", &refund).await;
    shop.quiet().await;
    assert_eq!(shop.waiting().await, ["refund_reversed"]);
    let paid = json!({"reference": "transfer-78"});
    let paid = shop.answers("reverse-provider-refund", "pay-owed", &paid);
    paid.await.unwrap();
    let id = taken_back(&shop, &order, "A").await;
    shop.event_about("return", "ReturnClosed", &id).await;
    shop.quiet().await;
    let books = shop.books();
    let accounts = ["refund-payable", "bank", "clearing"];
    let accounts = accounts.map(|name| books.account("main", name));
    assert_eq!(accounts, [0, -3_485, 9_647]);
    assert_eq!(shop.waiting().await, [""; 0]);
}

#[tokio::test]
async fn a_message_that_nobody_can_use_is_a_case_without_an_order() {
    let shop = Shop::open().await;
    let announced = shop.book("payment", "main").write(|tx| {
        let data = json!({"merchant_account": "acme", "amount": 9_647});
        tx.announce("payout-1", "payout.failed", &data)
    });
    announced.await.unwrap();
    waits_for(&shop, "webhook_unusable").await;
    let opened = shop.exceptions().await.pop().unwrap();
    assert!(opened["orderId"].is_null(), "{opened}");
    assert!(
        opened["why"].as_str().unwrap().contains("'payout.failed'"),
        "{opened}"
    );
    // A later build may read it: until then it is the same case again.
    let told = shop.books().table("payment", "main", "webhook_outbox");
    let key = format!("main/{}", told[0]["id"].as_str().unwrap());
    shop.retries("resolve-webhook", &key).await;
    shop.quiet().await;
    assert_eq!(shop.waiting().await, ["webhook_unusable"]);
    let done = shop.answers("resolve-webhook", "take-webhook", &Value::Null);
    done.await.unwrap();
    assert_eq!(shop.waiting().await, [""; 0]);
    // One that does not even say whose it is.
    let announced = shop
        .book("payment", "main")
        .write(|tx| tx.announce("payout-2", "capture.settled", &json!({"amount": 9_647})));
    announced.await.unwrap();
    let second = |event: &crossdock_store::StoredEvent| {
        &*event.kind == "ExceptionOpened" && event.tenant.as_str() == "unknown"
    };
    let opened = shop.event("order", second).await;
    let opened: Value = serde_json::from_slice(&opened.data).unwrap();
    assert_eq!(opened["code"], "webhook_unusable", "{opened}");
    assert_eq!(shop.waiting().await, ["webhook_unusable"]);
}
