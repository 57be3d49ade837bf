//! Requests that are wrong: each is answered with a problem that says where, and nothing of it is kept.

use crossdock::Options;
use crossdock_testkit::{Answer, Channel, Shop, back, g1};
use http::{Method, header};
use serde_json::{Value, json};

const ADA: &str = "cust-ada/member-ada";
const QUOTES: &str = "/ecommerce/v1/quotes";
const ORDERS: &str = "/ecommerce/v1/orders";
const CAPTURED: &str = "/ecommerce/v1/orders/captured";
const RETURNS: &str = "/pos/v1/returns";

/// A problem with code and instance, and with a pointer where one place is to blame.
fn refused(name: &str, answer: &Answer, (status, code): (u16, &str), pointer: Option<&str>) {
    let context = format!("{name}: {} {}", answer.status, answer.json);
    assert_eq!(
        (answer.status.as_u16(), answer.json["code"].as_str()),
        (status, Some(code)),
        "{context}"
    );
    let kind = answer
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    assert_eq!(kind, Some("application/problem+json"), "{context}");
    for member in ["type", "title", "detail", "instance"] {
        assert!(
            answer.json[member]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{member} of {context}"
        );
    }
    assert_eq!(answer.json["status"], status, "{context}");
    if let Some(pointer) = pointer {
        assert!(
            answer.pointers().iter().any(|named| named == pointer),
            "no {pointer} in {context}"
        );
    }
}

/// No backend wrote anything down, and no order is known.
async fn nothing_is_stored(shop: &Shop) {
    for (domain, tables) in [
        (
            "oms",
            &["reservation", "tombstone", "customer_order", "receipt"][..],
        ),
        ("loyalty", &["hold", "burn", "accrual", "document"]),
        (
            "payment",
            &["payments", "captures", "refunds", "tombstones"],
        ),
        ("erp", &["document", "journal_line"]),
        ("tax", &["transactions", "refunds"]),
    ] {
        for table in tables {
            assert_eq!(
                shop.books().table(domain, "main", table),
                [],
                "{domain}/{table}"
            );
        }
    }
    for feed in ["order", "return"] {
        assert!(shop.events(feed).await.is_empty(), "{feed} has events");
    }
    let orders = shop.web(Some(ADA)).get(ORDERS).await.expect(200);
    assert_eq!(orders.json["items"], json!([]));
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

fn paid() -> Value {
    json!({
        "channelRef": "mkt-1", "currency": "USD",
        "lines": [{"sku": "A-1", "quantity": 1, "unitPrice": usd("40.00"), "tax": usd("3.30")}],
        "shipTo": g1()["shipTo"],
        "tenders": [{"kind": "card", "reference": "pay-1", "amount": usd("43.30")}],
    })
}

/// The body with that member, an array index included, set otherwise.
fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    parent[member] = value;
    body
}

/// What is wrong, where it stands in the golden basket, and where the problem points.
fn schema_breakers() -> [(&'static str, &'static str, Value, &'static str); 10] {
    [
        ("an unknown field", "/coupon", json!("X"), "/coupon"),
        (
            "an unknown field of a line",
            "/lines/0/price",
            json!("1.00"),
            "/lines/0/price",
        ),
        (
            "a text for a number",
            "/lines/0/quantity",
            json!("two"),
            "/lines/0/quantity",
        ),
        (
            "a negative quantity",
            "/lines/0/quantity",
            json!(-1),
            "/lines/0/quantity",
        ),
        (
            "no quantity at all",
            "/lines/0/quantity",
            json!(0),
            "/lines/0/quantity",
        ),
        (
            "half a unit",
            "/lines/0/quantity",
            json!(1.5),
            "/lines/0/quantity",
        ),
        (
            "a number for a text",
            "/lines/0/sku",
            json!(7),
            "/lines/0/sku",
        ),
        (
            "negative points",
            "/redeemPoints",
            json!(-5),
            "/redeemPoints",
        ),
        ("a list for an object", "/shipTo", json!([]), "/shipTo"),
        ("no lines", "/lines", json!([]), "/lines"),
    ]
}

#[tokio::test]
async fn a_basket_that_breaks_the_schema_is_refused_with_its_place() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    for (name, member, value, pointer) in schema_breakers() {
        let answer = web.post(QUOTES, &with(g1(), member, value)).await;
        refused(name, &answer, (422, "validation_failed"), Some(pointer));
    }
    let both = with(
        with(g1(), "/lines/0/quantity", json!(-1)),
        "/lines/1/quantity",
        json!("x"),
    );
    let answer = web.post(QUOTES, &both).await;
    refused(
        "the first of two",
        &answer,
        (422, "validation_failed"),
        Some("/lines/0/quantity"),
    );
    refused(
        "the second of two",
        &answer,
        (422, "validation_failed"),
        Some("/lines/1/quantity"),
    );
    nothing_is_stored(&shop).await;
}

#[tokio::test]
async fn a_basket_that_no_system_can_price_is_refused_with_its_place() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let answer = web
        .post(QUOTES, &with(g1(), "/lines/1/sku", json!("GHOST-9")))
        .await;
    refused(
        "an unknown SKU",
        &answer,
        (422, "unknown_sku"),
        Some("/lines/1/sku"),
    );
    let answer = web
        .post(QUOTES, &with(g1(), "/lines/1/sku", json!("J-1")))
        .await;
    refused("dollars and yen", &answer, (422, "mixed_currencies"), None);
    let answer = web
        .post(QUOTES, &with(g1(), "/redeemPoints", json!(2_000)))
        .await;
    refused(
        "more points than there are",
        &answer,
        (409, "points_insufficient"),
        None,
    );
    nothing_is_stored(&shop).await;
}

#[tokio::test]
async fn a_paid_order_in_two_currencies_or_below_zero_is_refused_with_its_place() {
    let shop = Shop::open().await;
    let market = shop.marketplace();
    let yen = json!({"amount": "40", "currency": "JPY"});
    let cases = [
        (
            "a price in yen",
            "/lines/0/unitPrice",
            yen,
            "mixed_currencies",
        ),
        (
            "a negative tax",
            "/lines/0/tax",
            usd("-1.00"),
            "mixed_currencies",
        ),
        (
            "three decimals of a dollar",
            "/lines/0/tax",
            usd("1.005"),
            "validation_failed",
        ),
        (
            "a float for money",
            "/lines/0/tax",
            json!(1.5),
            "validation_failed",
        ),
        (
            "an unknown field",
            "/lines/0/colour",
            json!("red"),
            "validation_failed",
        ),
    ];
    for (name, member, value, code) in cases {
        let answer = market.post(CAPTURED, &with(paid(), member, value)).await;
        let whole = answer
            .pointers()
            .iter()
            .any(|named| named.starts_with(member));
        assert!(whole, "{name}: no {member} in {}", answer.json);
        refused(name, &answer, (422, code), None);
    }
    nothing_is_stored(&shop).await;
}

#[tokio::test]
async fn an_address_without_the_state_that_its_tax_goes_by_is_refused_with_its_place() {
    let shop = Shop::open().await;
    for missing in [Value::Null, json!("")] {
        let basket = with(g1(), "/shipTo/region", missing.clone());
        let bought = with(paid(), "/shipTo/region", missing);
        let quoted = shop.web(Some(ADA)).quote(&basket).await;
        let sent = shop.marketplace().post(CAPTURED, &bought).await;
        for (name, answer) in [("a quote", quoted), ("a paid order", sent)] {
            let place = Some("/shipTo/region");
            refused(name, &answer, (422, "validation_failed"), place);
        }
    }
    nothing_is_stored(&shop).await;
}

#[tokio::test]
async fn an_order_on_no_quote_of_ours_or_with_a_card_number_is_refused() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let quote = web.quote(&g1()).await.expect(200);
    let body = Channel::checkout(&quote, "web-1", "tok_visa");
    let forged = with(body.clone(), "/quoteId", json!("q1.e30.c2ln"));
    refused(
        "a forged quote",
        &web.post(ORDERS, &forged).await,
        (422, "quote_invalid"),
        None,
    );
    let card = with(body.clone(), "/tender/token", json!("4111 1111 1111 1111"));
    let answer = web.post(ORDERS, &card).await;
    refused(
        "a card number",
        &answer,
        (422, "card_number_present"),
        Some("/tender/token"),
    );
    let card = with(
        body.clone(),
        "/channelRef",
        json!("paid by 4111111111111111"),
    );
    let answer = web.post(ORDERS, &card).await;
    refused(
        "a card number elsewhere",
        &answer,
        (422, "card_number_present"),
        Some("/channelRef"),
    );
    assert!(
        !String::from_utf8_lossy(&answer.bytes).contains("4111"),
        "the number is not repeated"
    );
    let bob = shop.web(Some("cust-bob/member-bob"));
    refused(
        "another one's quote",
        &bob.post(ORDERS, &body).await,
        (422, "quote_invalid"),
        None,
    );
    let mut unpaid = body;
    unpaid["tender"] = Value::Null;
    refused(
        "no tender",
        &web.post(ORDERS, &unpaid).await,
        (422, "validation_failed"),
        None,
    );
    nothing_is_stored(&shop).await;
}

#[tokio::test]
async fn a_return_of_nothing_that_was_sold_is_refused() {
    let shop = Shop::open().await;
    let till = shop.till("store-soho/kim");
    let unknown = "01920000-0000-7000-8000-000000000001";
    let answer = till.post(RETURNS, &back(unknown, &[("A", 1)])).await;
    refused("no such order", &answer, (404, "not_found"), None);
    let answer = till.post(RETURNS, &back("no-id", &[("A", 1)])).await;
    refused(
        "no id",
        &answer,
        (422, "validation_failed"),
        Some("/orderId"),
    );
    let half = with(back(unknown, &[("A", 1)]), "/lines/0/quantity", json!(0.5));
    let answer = till.post(RETURNS, &half).await;
    refused(
        "half a unit",
        &answer,
        (422, "validation_failed"),
        Some("/lines/0/quantity"),
    );
    let forged = with(
        back(unknown, &[("A", 1)]),
        "/location",
        json!("store-austin"),
    );
    let answer = till.post(RETURNS, &forged).await;
    refused(
        "a store of one's own choice",
        &answer,
        (422, "validation_failed"),
        Some("/location"),
    );
    nothing_is_stored(&shop).await;
}

#[tokio::test]
async fn a_request_that_is_no_request_is_refused_by_the_book() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let body = g1().to_string();
    let json = "application/json";
    let answer = web
        .send(Method::POST, "/ecommerce/v1/nothing", json, &body)
        .await;
    refused("an unknown path", &answer, (404, "not_found"), None);
    let answer = web.get("/nobody/v1/orders").await;
    refused("an unknown API", &answer, (404, "not_found"), None);
    let answer = web.send(Method::DELETE, QUOTES, json, "").await;
    refused("a wrong method", &answer, (405, "method_not_allowed"), None);
    let allowed = answer
        .headers
        .get(header::ALLOW)
        .and_then(|allow| allow.to_str().ok());
    assert!(
        allowed.is_some_and(|allow| allow.contains("POST")),
        "{allowed:?}"
    );
    let answer = web.send(Method::POST, QUOTES, "text/xml", &body).await;
    refused(
        "a wrong media type",
        &answer,
        (415, "unsupported_media_type"),
        None,
    );
    let answer = web.send(Method::POST, QUOTES, json, "{\"lines\": [").await;
    refused("half a body", &answer, (400, "invalid_request"), None);
    let huge = with(g1(), "/brand", json!("x".repeat(1_100_000))).to_string();
    let answer = web.send(Method::POST, QUOTES, json, &huge).await;
    refused("too large", &answer, (413, "payload_too_large"), None);
    nothing_is_stored(&shop).await;
}

#[tokio::test]
async fn without_a_token_or_its_scope_nothing_is_done() {
    let shop = Shop::open().await;
    let quote = shop.web(Some(ADA)).quote(&g1()).await.expect(200);
    let order = Channel::checkout(&quote, "web-1", "tok_visa");
    let stranger = shop.stranger();
    let answer = stranger.post(ORDERS, &order).await;
    refused("no token", &answer, (401, "unauthenticated"), None);
    assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE));
    refused(
        "no token to read",
        &stranger.get(ORDERS).await,
        (401, "unauthenticated"),
        None,
    );
    let answer = shop.marketplace().post(ORDERS, &order).await;
    refused("the importer orders", &answer, (403, "forbidden"), None);
    let answer = shop.till("store-soho/kim").post(ORDERS, &order).await;
    refused("the till orders", &answer, (403, "forbidden"), None);
    let goods = back("01920000-0000-7000-8000-000000000001", &[("A", 1)]);
    let answer = shop.web(Some(ADA)).post(RETURNS, &goods).await;
    refused("a customer at the till", &answer, (403, "forbidden"), None);
    nothing_is_stored(&shop).await;
}

/// Another retailer of the installation, with applications of its own.
const RIVAL: &str = r#"
        [tenants.rival]
        name = "Rival Outfitters"
        currency = "USD"
        [consumers.rival-shop]
        tenant = "rival"
        roles = ["shop", "importer"]
        acts-for = { customer = ["shopper"] }
        [consumers.rival-till]
        tenant = "rival"
        acts-for = { clerk = ["till"] }
    "#;

#[tokio::test]
async fn an_order_of_somebody_else_is_as_good_as_none() {
    let shop = Shop::configured(RIVAL, &[], Options::in_memory()).await;
    let order = shop.sells(&g1(), "web-1").await;
    shop.ships(&order).await;
    let path = format!("{ORDERS}/{order}");
    let customer = crossdock_policy::SubjectKind::Customer;
    let clerk = crossdock_policy::SubjectKind::Clerk;
    for (name, who) in [
        ("another customer", shop.web(Some("cust-bob/member-bob"))),
        ("the shop itself", shop.web(None)),
        ("another tenant", shop.channel("rival-shop", None)),
        (
            "another tenant's customer of that name",
            shop.channel("rival-shop", Some((customer, ADA))),
        ),
    ] {
        refused(name, &who.get(&path).await, (404, "not_found"), None);
    }
    let body = json!({"lines": [{"lineId": "A", "quantity": 1}], "location": "warehouse-east"});
    let bob = shop.web(Some("cust-bob/member-bob"));
    let answer = bob.post(&format!("{path}/returns"), &body).await;
    refused(
        "another customer's return",
        &answer,
        (404, "not_found"),
        None,
    );
    let rival = shop.channel("rival-till", Some((clerk, "store-soho/kim")));
    let answer = rival.post(RETURNS, &back(&order, &[("A", 1)])).await;
    refused(
        "a return at another tenant",
        &answer,
        (404, "not_found"),
        None,
    );
    let found = rival
        .post("/pos/v1/orders/lookups", &json!({"barcode": order}))
        .await;
    assert!(
        found.json["items"].as_array().is_none_or(Vec::is_empty),
        "{}",
        found.json
    );
    let listed = shop
        .channel("rival-shop", Some((customer, ADA)))
        .get(ORDERS)
        .await
        .expect(200);
    assert_eq!(listed.json["items"], json!([]));
    assert!(shop.events("return").await.is_empty());
    assert_eq!(shop.books().table("payment", "main", "refunds"), []);
}
