//! Pages in a browser: which may call, and that none may unless somebody said so.

use crate::support::{Answer, ORDERS, SHOP, Shop, answer};
use axum::body::Body;
use crossdock_model::ApiId;
use http::{Method, Request, StatusCode};

const PAGE: &str = "https://shop.example.com";
const LISTED: (&str, &str) = (
    "CROSSDOCK__POLICY__PUBLIC__ORIGINS",
    "[\"https://shop.example.com\"]",
);

/// What a browser asks before it sends an order for a page of that origin.
async fn preflight(shop: &Shop, api: ApiId, origin: &str) -> Answer {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/orders")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,idempotency-key",
        )
        .body(Body::empty())
        .unwrap();
    answer(shop.serve(api), request).await
}

#[tokio::test]
async fn a_preflight_of_a_listed_page_is_answered_without_a_token() {
    let answer = preflight(&Shop::with(&[LISTED]), SHOP, PAGE).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), PAGE);
    assert!(
        answer
            .header("access-control-allow-methods")
            .contains("POST")
    );
    let headers = answer.header("access-control-allow-headers");
    assert!(headers.contains("authorization") && headers.contains("idempotency-key"));
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(answer.header("x-correlation-id").len(), 32);
}

#[tokio::test]
async fn another_page_is_told_nothing_that_would_let_it_in() {
    let shop = Shop::with(&[LISTED]);
    for origin in [
        "https://shop.example.com.evil.example",
        "http://shop.example.com",
        "null",
    ] {
        let answer = preflight(&shop, SHOP, origin).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
    }
}

#[tokio::test]
async fn a_listed_page_may_read_answers_and_refusals() {
    let shop = Shop::with(&[LISTED]);
    let hello = Request::get("/hello").header("origin", PAGE);
    let hello = shop.send(SHOP, hello, "").await;
    assert_eq!(hello.status, StatusCode::OK);
    assert_eq!(hello.header("access-control-allow-origin"), PAGE);
    assert!(
        hello
            .header("access-control-expose-headers")
            .contains("x-correlation-id")
    );
    let refused = Request::get("/admin").header("origin", PAGE);
    let refused = shop.send(SHOP, refused, "").await;
    assert_eq!(refused.code(), "unauthenticated");
    assert_eq!(refused.header("access-control-allow-origin"), PAGE);
}

#[tokio::test]
async fn by_default_no_page_may_call() {
    let shop = Shop::new();
    let answer = preflight(&shop, SHOP, PAGE).await;
    assert_eq!(answer.code(), "method_not_allowed");
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn one_api_may_list_pages_of_its_own_and_no_inner_api_answers_any() {
    let own = (
        "CROSSDOCK__POLICY__APIS__EXPERIENCE/POS__ORIGINS",
        "[\"https://till.example.com\"]",
    );
    let shop = Shop::with(&[LISTED, own]);
    let till = preflight(&shop, ApiId::experience("pos"), "https://till.example.com").await;
    let allowed = till.header("access-control-allow-origin");
    assert_eq!(allowed, "https://till.example.com");
    let page = preflight(&shop, ApiId::experience("pos"), PAGE).await;
    assert_eq!(page.header("access-control-allow-origin"), "");
    let inner = preflight(&shop, ORDERS, PAGE).await;
    assert_eq!(inner.code(), "method_not_allowed");
}
