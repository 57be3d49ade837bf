//! Between tiers: typed in process, by tier token over HTTP, only from the tier above.

use crate::support::{Answer, ERP, ORDERS, SHOP, Shop, TIER_SECRET, ada, answer, context};
use axum::body::Body;
use crossdock_model::{ApiId, Caller, Clock as _, Context, Tenant, Tier};
use crossdock_outbound::TierKey;
use http::{Request, StatusCode};
use std::time::Duration;

async fn typed(shop: &Shop, to: ApiId, from: Tier, context: Context, path: &str) -> Answer {
    let request = Request::get(path)
        .extension(context)
        .extension(from)
        .body(Body::empty())
        .unwrap();
    answer(shop.serve(to), request).await
}

fn reader() -> Caller {
    Caller {
        scopes: std::sync::Arc::new(["orders:read".into()]),
        ..ada()
    }
}

fn order() -> String {
    format!("/orders/{}", uuid::Uuid::nil())
}

#[tokio::test]
async fn a_process_api_takes_typed_callers_with_their_scopes() {
    let shop = Shop::new();
    let read = typed(&shop, ORDERS, Tier::Experience, context(reader()), &order()).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text);
    assert_eq!(read.json()["subject"]["id"], "cust-ada");
    let without = typed(&shop, ORDERS, Tier::Experience, context(ada()), &order()).await;
    assert_eq!(without.code(), "forbidden");
    let step = context(Caller::workflow(Tenant::from("acme")));
    assert_eq!(
        typed(&shop, ORDERS, Tier::Process, step, &order())
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_system_api_takes_calls_from_the_process_tier_only() {
    let shop = Shop::new();
    let from = |tier| typed(&shop, ERP, tier, context(ada()), "/hello");
    assert_eq!(from(Tier::Process).await.status, StatusCode::OK);
    for tier in [Tier::Experience, Tier::System] {
        let refused = from(tier).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "forbidden")
        );
    }
    let up = typed(&shop, ORDERS, Tier::System, context(ada()), "/hello").await;
    assert_eq!(up.code(), "forbidden");
}

#[tokio::test]
async fn another_tenant_is_not_served() {
    let shop = Shop::new();
    let stranger = context(Caller::workflow(Tenant::from("other")));
    assert_eq!(
        typed(&shop, ORDERS, Tier::Process, stranger, &order())
            .await
            .code(),
        "forbidden"
    );
}

#[tokio::test]
async fn a_typed_caller_counts_for_nothing_at_the_border() {
    let shop = Shop::new();
    let forged = typed(
        &shop,
        SHOP,
        Tier::Process,
        context(Caller::workflow(Tenant::from("acme"))),
        "/admin",
    )
    .await;
    assert_eq!(forged.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_call_whose_caller_no_longer_waits_goes_no_further() {
    let shop = Shop::new();
    let mut late = context(reader());
    late.deadline = Some(shop.clock.now());
    let answer = typed(&shop, ORDERS, Tier::Experience, late, &order()).await;
    assert_eq!(answer.code(), "deadline_exceeded");
}

#[tokio::test]
async fn a_tier_token_is_good_for_its_api_its_tier_and_its_minute() {
    let shop = Shop::new();
    let key = TierKey::new(TIER_SECRET).unwrap();
    let mint = |from: &str, to| key.mint(from, to, &reader(), shop.clock.now()).unwrap();
    let ask = async |token: &str| {
        let request = Request::get(order())
            .header("authorization", format!("Bearer {token}"))
            .header("crossdock-depth", "3")
            .header("crossdock-deadline", "1000");
        shop.send(ORDERS, request, "").await
    };
    let good = mint("experience", ORDERS);
    let read = ask(&good).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text);
    assert_eq!(read.json()["depth"], 3);
    let left = read.json()["deadline"].as_i64().unwrap() - shop.clock.now().as_millisecond();
    assert_eq!(left, 900);
    assert_eq!(
        ask(&mint("experience", ERP)).await.code(),
        "unauthenticated"
    );
    assert_eq!(ask(&mint("system", ORDERS)).await.code(), "forbidden");
    assert_eq!(
        ask(&mint("nowhere", ORDERS)).await.code(),
        "unauthenticated"
    );
    let foreign = TierKey::new(b"another secret, also 32 bytes ..").unwrap();
    let forged = foreign
        .mint("experience", ORDERS, &reader(), shop.clock.now())
        .unwrap();
    assert_eq!(ask(&forged).await.code(), "unauthenticated");
    assert_eq!(ask(&shop.token()).await.code(), "unauthenticated");
    shop.clock.advance(Duration::from_mins(1));
    assert_eq!(ask(&good).await.code(), "unauthenticated");
}

#[tokio::test]
async fn routes_that_loop_end() {
    let shop = Shop::new();
    let mut deep = context(reader());
    deep.depth = 9;
    let answer = typed(&shop, ORDERS, Tier::Process, deep, &order()).await;
    assert_eq!(answer.code(), "too_deep");
}

#[tokio::test]
async fn typed_calls_are_checked_against_their_schema_by_sample_and_wire_calls_always() {
    let body = r#"{"lines":[{"sku":"A","quantity":0}]}"#;
    let place = async |shop: &Shop| {
        let request = Request::post("/orders")
            .header("content-type", "application/json")
            .header("idempotency-key", "k-1")
            .extension(context(ada()))
            .extension(Tier::Experience)
            .body(Body::from(body))
            .unwrap();
        answer(shop.serve(ORDERS), request).await.status
    };
    let all = Shop::with(&[("CROSSDOCK__POLICY__PROCESS__SAMPLE", "100")]);
    assert_eq!(place(&all).await, StatusCode::UNPROCESSABLE_ENTITY);
    let none = Shop::with(&[("CROSSDOCK__POLICY__PROCESS__SAMPLE", "0")]);
    assert_eq!(place(&none).await, StatusCode::CREATED);
    let token = TierKey::new(TIER_SECRET)
        .unwrap()
        .mint("experience", ORDERS, &ada(), none.clock.now())
        .unwrap();
    let wire = Request::post("/orders")
        .header("content-type", "application/json")
        .header("idempotency-key", "k-1")
        .header("authorization", format!("Bearer {token}"));
    assert_eq!(
        none.send(ORDERS, wire, body).await.code(),
        "validation_failed"
    );
}
