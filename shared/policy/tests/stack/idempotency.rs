//! One key, one effect: missing, unreadable, reused, replayed, still at work.

use crate::support::{Answer, ORDERS, Shop, ada, answer, context};
use axum::body::Body;
use bytes::Bytes;
use crossdock_model::{Clock as _, Correlation, InstanceId, Tenant, Tier};
use crossdock_store::{
    Answer as Stored, Appended, Batch, Cause, Claim, InstanceHeader, InstanceWrite, QueueClass,
    Status,
};
use http::{Request, StatusCode};
use std::sync::Arc;

const ORDER: &str = r#"{"lines":[{"sku":"A-1","quantity":2}]}"#;

/// Places an order as the experience tier of the same process does.
async fn place(shop: &Shop, key: Option<&str>, body: &str) -> Answer {
    let mut request = Request::post("/orders").header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let request = request
        .extension(context(ada()))
        .extension(Tier::Experience)
        .body(Body::from(body.to_owned()))
        .unwrap();
    answer(shop.serve(ORDERS), request).await
}

/// The fingerprint of that request, computed as the design says.
fn fingerprint(body: &str) -> [u8; 32] {
    let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in ["POST", "/orders", "", "application/json", body] {
        digest.update(&part.len().to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finish().as_ref().try_into().unwrap()
}

/// Binds the key to a workflow, as the engine's Start does.
async fn bind(shop: &Shop, key: &str, body: &str, answer: Option<Stored>) {
    let tenant = Tenant::from("acme");
    let mut batch = Batch::new(shop.store.shard_of(&tenant, "order-1"), shop.clock.now());
    batch.cause = Some(Cause {
        tenant: tenant.clone(),
        caller: "web-shop/customer:cust-ada".into(),
        operation: "place_order".into(),
        correlation: Correlation("journey-1".into()),
        traceparent: None,
        claim: Some(Claim {
            scope: "acme|web-shop|place_order".into(),
            key: key.into(),
            fingerprint: fingerprint(body),
        }),
    });
    batch.instance = Some(InstanceWrite {
        id: InstanceId(uuid::Uuid::from_u128(7)),
        header: Some(InstanceHeader {
            workflow: "place-order".into(),
            definition: "d1".into(),
            tenant,
            key: "order-1".into(),
            correlation: Correlation("journey-1".into()),
        }),
        expected: 0,
        entries: vec![Bytes::from_static(b"started")],
        status: Status::Running,
        due: None,
        parked: None,
        snapshot: None,
    });
    batch.changes.answer = answer;
    assert_eq!(
        shop.store.append(QueueClass::Start, batch).await.unwrap(),
        Appended::Done
    );
}

#[tokio::test]
async fn a_key_is_required_and_has_to_be_readable() {
    let shop = Shop::new();
    let missing = place(&shop, None, ORDER).await;
    assert_eq!(
        (missing.status, missing.code().as_str()),
        (StatusCode::BAD_REQUEST, "idempotency_key_missing")
    );
    let unreadable = place(&shop, Some("\"a b"), ORDER).await;
    assert_eq!(
        (unreadable.status, unreadable.code().as_str()),
        (StatusCode::BAD_REQUEST, "idempotency_key_invalid")
    );
    let request = Request::post("/orders")
        .header("content-type", "application/json")
        .header("idempotency-key", "\"a\", \"b\"");
    assert_eq!(
        shop.ask(request, ORDER).await.code(),
        "idempotency_key_invalid"
    );
    assert_eq!(shop.times_served(), 0);
}

#[tokio::test]
async fn a_free_key_reaches_the_handler_with_its_claim() {
    let placed = place(&Shop::new(), Some("\"k-1\""), ORDER).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
    assert_eq!(placed.json()["claimed"], "acme|web-shop|place_order");
}

#[tokio::test]
async fn a_key_with_another_body_is_refused() {
    let shop = Shop::new();
    bind(&shop, "k-1", ORDER, None).await;
    let other = place(
        &shop,
        Some("k-1"),
        r#"{"lines":[{"sku":"B-2","quantity":1}]}"#,
    )
    .await;
    assert_eq!(
        (other.status, other.code().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused")
    );
    assert_eq!(shop.times_served(), 0);
}

#[tokio::test]
async fn a_stored_answer_is_replayed_byte_for_byte_without_the_handler() {
    let shop = Shop::new();
    let body = "{ \"orderId\" : \"o-1\" }";
    let stored = Stored {
        status: 201,
        body: Arc::from(body),
    };
    bind(&shop, "k-1", ORDER, Some(stored)).await;
    let again = place(&shop, Some("\"k-1\""), ORDER).await;
    assert_eq!(
        (again.status, again.text.as_str()),
        (StatusCode::CREATED, body)
    );
    assert_eq!(again.header("idempotent-replayed"), "?1");
    assert_eq!(shop.times_served(), 0);
}

#[tokio::test]
async fn a_key_whose_work_goes_on_reaches_the_handler_to_attach_to_it() {
    let shop = Shop::new();
    bind(&shop, "k-1", ORDER, None).await;
    assert_eq!(
        place(&shop, Some("k-1"), ORDER).await.status,
        StatusCode::CREATED
    );
    assert_eq!(shop.times_served(), 1);
}

#[tokio::test]
async fn the_same_request_over_http_has_the_same_fingerprint() {
    let shop = Shop::new();
    bind(&shop, "k-1", ORDER, None).await;
    let key = crossdock_outbound::TierKey::new(crate::support::TIER_SECRET).unwrap();
    let token = key
        .mint("experience", ORDERS, &ada(), shop.clock.now())
        .unwrap();
    let mounted = axum::Router::new().nest(&ORDERS.base(), shop.serve(ORDERS));
    let request = Request::post("/process/order/v1/orders")
        .header("content-type", "application/json")
        .header("idempotency-key", "\"k-1\"")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(ORDER))
        .unwrap();
    let answered = answer(mounted, request).await;
    assert_eq!(answered.status, StatusCode::CREATED, "{}", answered.text);
}
