//! One key, one effect: repeated, concurrent, misused and abandoned requests.

use crossdock_testkit::{Answer, Books, Channel, Shop, back, g1};
use http::Method;
use serde_json::{Value, json};

const ADA: &str = "cust-ada/member-ada";
const ORDERS: &str = "/ecommerce/v1/orders";

/// Ada's order on a fresh quote, to be sent however often.
async fn checkout(web: &Channel, reference: &str) -> Value {
    Channel::checkout(&web.quote(&g1()).await.expect(200), reference, "tok_visa")
}

/// The same without points to burn, as often as she likes.
async fn plain_checkout(web: &Channel, reference: &str) -> Value {
    let mut basket = g1();
    if let Some(members) = basket.as_object_mut() {
        members.remove("redeemPoints");
    }
    Channel::checkout(&web.quote(&basket).await.expect(200), reference, "tok_visa")
}

/// One order and one of everything that belongs to it.
pub(super) fn one_order(books: &Books<'_>) {
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
        assert_eq!(rows.len(), 1, "{domain}/{table}: {rows:?}");
    }
}

fn same(first: &Answer, again: &Answer) {
    assert_eq!(first.status, again.status);
    assert_eq!(first.headers.get("location"), again.headers.get("location"));
    assert_eq!(
        String::from_utf8_lossy(&first.bytes),
        String::from_utf8_lossy(&again.bytes)
    );
}

#[tokio::test]
async fn the_same_key_is_answered_the_same_even_after_everything_has_settled() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let body = checkout(&web, "web-1").await;
    let first = web.post_with(ORDERS, "key-1", &body).await.expect(201);
    let order = first.text("/id");
    same(&first, &web.post_with(ORDERS, "key-1", &body).await);
    shop.quiet().await;
    one_order(&shop.books());
    shop.ships(&order).await;
    let till = shop.till("store-soho/kim");
    let goods = back(&order, &[("A", 1)]);
    let taken = till
        .post_with("/pos/v1/returns", "back-1", &goods)
        .await
        .expect(201);
    let id = taken.text("/id");
    shop.until("the refund", |books| {
        !books.about("payment", "refunds", &id).is_empty()
    })
    .await;
    shop.closes(&taken).await;
    same(&first, &web.post_with(ORDERS, "key-1", &body).await);
    same(
        &taken,
        &till.post_with("/pos/v1/returns", "back-1", &goods).await,
    );
    assert_eq!(shop.books().table("payment", "main", "refunds").len(), 1);
    assert_eq!(shop.books().table("oms", "main", "customer_order").len(), 1);
}

#[tokio::test]
async fn a_refusal_is_answered_the_same_to_the_same_key() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let mut body = checkout(&web, "web-2").await;
    body["tender"]["token"] = json!("tok_declined");
    let first = web
        .post_with(ORDERS, "key-2", &body)
        .await
        .problem(402, "card_declined");
    shop.quiet().await;
    let again = web
        .post_with(ORDERS, "key-2", &body)
        .await
        .problem(402, "card_declined");
    assert_eq!(first.json["detail"], again.json["detail"]);
    assert_eq!(shop.books().table("oms", "main", "reservation").len(), 1);
}

#[tokio::test]
async fn a_key_used_with_another_body_is_refused_and_changes_nothing() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let (one, other) = (checkout(&web, "web-3").await, checkout(&web, "web-4").await);
    web.post_with(ORDERS, "key-3", &one).await.expect(201);
    web.post_with(ORDERS, "key-3", &other)
        .await
        .problem(422, "idempotency_key_reused");
    shop.quiet().await;
    one_order(&shop.books());
}

#[tokio::test]
async fn requests_that_come_together_with_one_key_are_one_order() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let body = checkout(&web, "web-5").await;
    let send = || web.post_with(ORDERS, "key-5", &body);
    let (a, b, c) = tokio::join!(send(), send(), send());
    let mut orders = Vec::new();
    for answer in [a, b, c] {
        match answer.status.as_u16() {
            409 => drop(answer.problem(409, "idempotency_in_flight")),
            _accepted => orders.push(answer.expect(201).text("/id")),
        }
    }
    orders.dedup();
    assert_eq!(orders.len(), 1, "{orders:?}");
    shop.quiet().await;
    one_order(&shop.books());
}

#[tokio::test]
async fn requests_that_come_together_with_one_reference_are_one_order() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let body = checkout(&web, "web-6").await;
    let (a, b) = tokio::join!(web.post(ORDERS, &body), web.post(ORDERS, &body));
    assert_eq!(a.text("/id"), b.text("/id"));
    shop.quiet().await;
    one_order(&shop.books());
}

#[tokio::test]
async fn every_key_of_one_reference_is_bound_to_the_one_answer() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let body = checkout(&web, "web-1").await;
    let keys = ["key-1", "key-2", "key-3"];
    let send = |key| web.post_with(ORDERS, key, &body);
    let (one, two, three) = tokio::join!(send(keys[0]), send(keys[1]), send(keys[2]));
    let first = [one, two, three];
    let created = first.iter().filter(|answer| answer.status.as_u16() == 201);
    assert_eq!(created.count(), 1);
    shop.quiet().await;
    one_order(&shop.books());
    for (key, first) in keys.iter().zip(&first) {
        same(first, &web.post_with(ORDERS, key, &body).await);
        // Bound is bound: another order needs another key.
        let other = plain_checkout(&web, "web-2").await;
        let refused = web.post_with(ORDERS, key, &other).await;
        refused.problem(422, "idempotency_key_reused");
    }
    one_order(&shop.books());
}

#[tokio::test]
async fn a_second_attempt_of_a_reference_meets_no_other_reference() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let mut declined = plain_checkout(&web, "A").await;
    declined["tender"]["token"] = json!("tok_declined");
    web.post_with(ORDERS, "key-1", &declined).await.expect(402);
    // What an attempt used to be told apart by, as a reference of its own.
    let looks_alike = plain_checkout(&web, "A~2").await;
    let alike = web.post_with(ORDERS, "key-2", &looks_alike).await;
    let alike = alike.expect(201).text("/id");
    let again = plain_checkout(&web, "A").await;
    let again = web.post_with(ORDERS, "key-3", &again).await;
    assert_ne!(again.expect(201).text("/id"), alike);
    shop.quiet().await;
    let orders = shop.books().table("oms", "main", "customer_order");
    assert_eq!(orders.len(), 2);
}

#[tokio::test]
async fn a_write_without_a_key_or_with_an_unreadable_one_is_refused() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let body = checkout(&web, "web-7").await;
    web.post_without_key(ORDERS, &body)
        .await
        .problem(400, "idempotency_key_missing");
    let long = "k".repeat(256);
    for key in ["", long.as_str()] {
        web.post_with(ORDERS, key, &body)
            .await
            .problem(400, "idempotency_key_invalid");
    }
    assert_eq!(shop.books().table("oms", "main", "reservation"), []);
    web.send(Method::POST, ORDERS, "application/json", &body.to_string())
        .await
        .expect(201);
}

/// Sends, and hangs up as soon as the books say so; then asks with the same key until there is an answer.
async fn cut_off(hung_up: impl Fn(&Books<'_>) -> bool) {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let body = checkout(&web, "web-8").await;
    {
        let mut sent = Box::pin(web.post_with(ORDERS, "key-8", &body));
        let books = shop.books();
        loop {
            tokio::select! {
                biased;
                _answered_first = &mut sent => break,
                () = tokio::task::yield_now() => {}
            }
            if hung_up(&books) {
                break;
            }
        }
    }
    let answer = loop {
        let again = web.post_with(ORDERS, "key-8", &body).await;
        if again.json["code"] != "idempotency_in_flight" && again.status.as_u16() != 202 {
            break again.expect(201);
        }
        tokio::task::yield_now().await;
    };
    shop.quiet().await;
    one_order(&shop.books());
    let order = answer.text("/id");
    assert_eq!(shop.books().about("oms", "customer_order", &order).len(), 1);
    assert_eq!(shop.books().card(&order).authorised, 9_647);
}

#[tokio::test]
async fn a_caller_who_hangs_up_right_after_sending_gets_one_order_with_the_same_key() {
    cut_off(|_at_once| true).await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_while_things_are_held_gets_one_order_with_the_same_key() {
    cut_off(|books| !books.table("oms", "main", "reservation").is_empty()).await;
    cut_off(|books| !books.table("loyalty", "main", "hold").is_empty()).await;
    cut_off(|books| !books.table("payment", "main", "payments").is_empty()).await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_after_the_promise_gets_one_order_with_the_same_key() {
    cut_off(|books| !books.table("oms", "main", "customer_order").is_empty()).await;
}
