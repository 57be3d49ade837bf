//! The public border: who gets in, with what, how often, and for how long.

use crate::support::{SHOP, Shop, answer};
use axum::body::Body;
use http::{Request, StatusCode};
use std::time::Duration;

const ORDER: &str = r#"{"lines":[{"sku":"A-1","quantity":2}]}"#;

fn post() -> http::request::Builder {
    Request::post("/orders")
        .header("content-type", "application/json")
        .header("idempotency-key", "\"k-1\"")
}

#[tokio::test]
async fn a_well_formed_order_reaches_its_handler_with_its_cause() {
    let answer = Shop::new().ask(post(), ORDER).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let cause = answer.json();
    assert_eq!(cause["key"], "k-1");
    assert_eq!(cause["caller"], "web-shop/customer:cust-ada");
    assert_eq!(cause["operation"], "place_order");
    assert_eq!(cause["claimed"], serde_json::Value::Null);
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_and_everybody_hears_the_same() {
    let shop = Shop::new();
    let without = shop.send(SHOP, post(), ORDER).await;
    assert_eq!(
        (without.status, without.code().as_str()),
        (StatusCode::UNAUTHORIZED, "unauthenticated")
    );
    assert!(without.header("www-authenticate").starts_with("Bearer"));
    let wrong = shop
        .send(SHOP, post().header("authorization", "Bearer x.y.z"), ORDER)
        .await;
    let detail =
        |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["detail"].clone();
    assert_eq!(detail(&wrong.text), detail(&without.text));
    let line = shop.shared.refusals().take_summary().unwrap();
    assert!(
        line.contains("2 x unauthenticated place_order from in-process"),
        "{line}"
    );
}

#[tokio::test]
async fn a_caller_without_the_scope_is_told_which_one_it_needs() {
    let answer = Shop::new().ask(Request::get("/admin"), "").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::FORBIDDEN, "forbidden")
    );
    assert!(
        answer
            .header("www-authenticate")
            .contains("scope=\"exceptions:act\"")
    );
}

#[tokio::test]
async fn a_public_operation_asks_nobody() {
    let answer = Shop::new().send(SHOP, Request::get("/hello"), "").await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (StatusCode::OK, "hello")
    );
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let shop = Shop::new();
    let unknown = shop.ask(Request::get("/nowhere"), "").await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (StatusCode::NOT_FOUND, "not_found")
    );
    let wrong = shop.ask(Request::delete("/hello"), "").await;
    assert_eq!(
        (wrong.status, wrong.code().as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
    );
    assert_eq!(wrong.header("allow"), "GET, HEAD");
}

#[tokio::test]
async fn mounted_at_its_base_the_api_answers_the_same() {
    let shop = Shop::new();
    let mounted = axum::Router::new().nest(&SHOP.base(), shop.serve(SHOP));
    let hello = Request::get("/ecommerce/v1/hello")
        .body(Body::empty())
        .unwrap();
    assert_eq!(answer(mounted.clone(), hello).await.status, StatusCode::OK);
    let nowhere = Request::get("/ecommerce/v1/nowhere")
        .body(Body::empty())
        .unwrap();
    assert_eq!(answer(mounted.clone(), nowhere).await.code(), "not_found");
    let wrong = Request::delete("/ecommerce/v1/hello")
        .body(Body::empty())
        .unwrap();
    assert_eq!(answer(mounted, wrong).await.code(), "method_not_allowed");
}

#[tokio::test]
async fn only_json_and_only_so_much_of_it_is_read() {
    let shop = Shop::with(&[("CROSSDOCK__POLICY__EXPERIENCE__BODY_BYTES", "100")]);
    let form = Request::post("/orders").header("content-type", "text/plain");
    let form = shop.ask(form.header("idempotency-key", "k"), ORDER).await;
    assert_eq!(
        (form.status, form.code().as_str()),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
    );
    let zipped = shop
        .ask(post().header("content-encoding", "gzip"), ORDER)
        .await;
    assert_eq!(zipped.code(), "unsupported_media_type");
    let announced = shop
        .ask(post().header("content-length", "101"), ORDER)
        .await;
    assert_eq!(
        (announced.status, announced.code().as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large")
    );
    let long = format!("{{\"lines\":[],\"note\":\"{}\"}}", "x".repeat(100));
    assert_eq!(shop.ask(post(), &long).await.code(), "payload_too_large");
}

#[tokio::test]
async fn a_body_that_never_ends_is_not_waited_for() {
    let shop = Shop::new();
    let request = post()
        .header("authorization", format!("Bearer {}", shop.token()))
        .body(Body::from_stream(futures_util::stream::pending::<
            Result<Vec<u8>, std::io::Error>,
        >()))
        .unwrap();
    let (answered, ()) = tokio::join!(answer(shop.serve(SHOP), request), async {
        tokio::task::yield_now().await;
        shop.clock.advance(Duration::from_secs(11));
    });
    assert_eq!(
        (answered.status, answered.code().as_str()),
        (StatusCode::REQUEST_TIMEOUT, "request_timeout")
    );
}

#[tokio::test]
async fn every_violation_comes_at_once_with_its_pointer() {
    let body = r#"{"lines":[{"sku":"","quantity":0}],"extra":1}"#;
    let answer = Shop::new().ask(post(), body).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "validation_failed")
    );
    let errors = answer.json()["errors"].clone();
    let mut pointers: Vec<&str> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/extra", "/lines/0/quantity", "/lines/0/sku"]);
    let answer = Shop::new()
        .ask(Request::get("/orders/42?limit=900&x=1"), "")
        .await;
    let text = &answer.text;
    assert_eq!(answer.code(), "validation_failed");
    assert!(
        text.contains("#/path/id") && text.contains("#/query/limit") && text.contains("#/query/x"),
        "{text}"
    );
}

#[tokio::test]
async fn a_card_number_goes_no_further() {
    let shop = Shop::new();
    let body = r#"{"lines":[{"sku":"A","quantity":1}],"note":"4111 1111 1111 1111"}"#;
    assert_eq!(shop.ask(post(), body).await.code(), "card_number_present");
    assert_eq!(shop.times_served(), 0);
}

#[tokio::test]
async fn a_consumer_that_asks_too_much_is_told_when_to_come_back() {
    let shop = Shop::with(&[("CROSSDOCK__POLICY__LIMITS__CHECKOUT__BURST", "2")]);
    let first = shop.ask(post(), ORDER).await;
    assert_eq!(first.header("ratelimit-policy"), "\"checkout\";q=2;w=60");
    assert_eq!(first.header("ratelimit"), "\"checkout\";r=1;t=30");
    assert_eq!(shop.ask(post(), ORDER).await.status, StatusCode::CREATED);
    let third = shop.ask(post(), ORDER).await;
    assert_eq!(
        (third.status, third.code().as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "rate_limited")
    );
    assert_eq!(third.header("ratelimit"), "\"checkout\";r=0;t=30");
    assert_eq!(third.header("retry-after"), "30");
    let other_class = shop.ask(Request::get("/admin"), "").await;
    assert_eq!(other_class.code(), "forbidden");
    shop.clock.advance(Duration::from_secs(30));
    assert_eq!(shop.ask(post(), ORDER).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_network_that_floods_is_stopped_before_anybody_reads_its_tokens() {
    let shop = Shop::with(&[("CROSSDOCK__POLICY__ADDRESSES__BURST", "2")]);
    for _ in 0..2 {
        assert_eq!(
            shop.send(SHOP, post(), ORDER).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let third = shop.send(SHOP, post(), ORDER).await;
    assert_eq!(
        (third.status, third.code().as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "rate_limited")
    );
    assert!(!third.header("retry-after").is_empty());
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_a_problem() {
    let answer = Shop::new().ask(Request::get("/slow"), "").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::GATEWAY_TIMEOUT, "deadline_exceeded")
    );
}

#[tokio::test]
async fn a_panic_is_our_defect_and_says_nothing_of_itself() {
    let answer = Shop::new().ask(Request::get("/broken"), "").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::INTERNAL_SERVER_ERROR, "internal")
    );
    assert!(!answer.text.contains("ledger"));
}

#[tokio::test]
async fn every_answer_carries_its_correlation_id() {
    let shop = Shop::new();
    let kept = shop
        .ask(
            Request::get("/nowhere").header("x-correlation-id", "till-7.1"),
            "",
        )
        .await;
    assert_eq!(kept.header("x-correlation-id"), "till-7.1");
    assert_eq!(kept.json()["instance"], "till-7.1");
    let fresh = shop.send(SHOP, Request::get("/hello"), "").await;
    assert_eq!(fresh.header("x-correlation-id").len(), 32);
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let read = Request::get(format!("/orders/{}", uuid::Uuid::nil())).header("traceparent", trace);
    assert_eq!(shop.ask(read, "").await.json()["traceparent"], trace);
}
