//! Large answers: compressed at the border for those who ask, and nowhere else.

use crate::support::{ERP, SHOP, Shop, context};
use axum::body::{Body, to_bytes};
use crossdock_model::{ApiId, Caller, Tenant, Tier};
use http::{Request, header};
use tower::ServiceExt as _;

/// How the answer is encoded, where it is, and what it is made of.
async fn get(shop: &Shop, api: ApiId, path: &str, accepts: &str) -> (Option<String>, Vec<u8>) {
    let request = Request::get(path)
        .header(header::ACCEPT_ENCODING, accepts)
        .extension(context(Caller::workflow(Tenant::from("acme"))))
        .extension(Tier::Process)
        .body(Body::empty())
        .unwrap();
    let response = shop.serve(api).oneshot(request).await.unwrap();
    let encoding = response.headers().get(header::CONTENT_ENCODING);
    let encoding = encoding.map(|value| value.to_str().unwrap().to_owned());
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (encoding, body.to_vec())
}

#[tokio::test]
async fn a_large_answer_is_compressed_for_those_who_ask() {
    let shop = Shop::new();
    let (encoding, zipped) = get(&shop, SHOP, "/large", "gzip, deflate, br").await;
    assert_eq!(encoding.as_deref(), Some("gzip"));
    assert!(zipped.starts_with(&[0x1f, 0x8b]) && zipped.len() < 1_000);
    let (encoding, plain) = get(&shop, SHOP, "/large", "identity").await;
    assert_eq!((encoding, plain.len()), (None, 4_002));
}

#[tokio::test]
async fn a_small_answer_a_stream_and_what_is_encoded_already_pass_as_they_are() {
    let shop = Shop::new();
    for (path, encoding) in [
        ("/hello", None),
        ("/stream", None),
        ("/encoded", Some("br")),
    ] {
        let (found, _) = get(&shop, SHOP, path, "gzip").await;
        assert_eq!(found.as_deref(), encoding, "{path}");
    }
}

#[tokio::test]
async fn switched_off_or_between_tiers_nothing_is_compressed() {
    let off = Shop::with(&[("CROSSDOCK__POLICY__PUBLIC__COMPRESSION", "false")]);
    assert_eq!(get(&off, SHOP, "/large", "gzip").await.0, None);
    assert_eq!(get(&Shop::new(), ERP, "/large", "gzip").await.0, None);
}

#[tokio::test]
async fn a_large_refusal_is_compressed_whole() {
    let unknown: Vec<String> = (0..60).map(|n| format!("unknown{n}=1")).collect();
    let path = format!("/hello?{}", unknown.join("&"));
    let (encoding, zipped) = get(&Shop::new(), SHOP, &path, "gzip").await;
    assert_eq!(encoding.as_deref(), Some("gzip"));
    assert!(zipped.starts_with(&[0x1f, 0x8b]));
}
