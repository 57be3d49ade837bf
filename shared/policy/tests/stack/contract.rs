//! What the stack answers stands in the contract, and the default configuration is whole.

use crate::support::{Answer, DEFAULTS, ERP, ORDERS, SHOP, Shop, ada, answer, context};
use axum::body::Body;
use crossdock_model::{ApiId, Context, Tier};
use crossdock_policy::PolicySettings;
use crossdock_settings::{Listeners, StoreSettings, TelemetrySettings, TierSettings, Tree};
use http::Request;
use http::request::Builder;
use serde_json::Value;

const ORDER: &str = r#"{"lines":[{"sku":"A-1","quantity":2}]}"#;

/// The headers that only policies set; each that an answer has stands in its contract.
const HEADERS: [&str; 6] = [
    "X-Correlation-Id",
    "RateLimit-Policy",
    "RateLimit",
    "Retry-After",
    "Idempotent-Replayed",
    "WWW-Authenticate",
];

/// Holds an answer to what the operation's contract says of its status.
#[track_caller]
fn stands_in_contract(shop: &Shop, api: ApiId, operation: &str, answer: &Answer) {
    let contract = serde_json::to_value(shop.api(api).contract).unwrap();
    let (method, path) = operation.split_once(' ').unwrap();
    let status = answer.status.as_str();
    let response = &contract["paths"][path][method]["responses"][status];
    assert!(
        !response.is_null(),
        "{api} {operation} answers an undeclared {status}"
    );
    let response = followed(&contract, response);
    for name in HEADERS
        .iter()
        .filter(|name| !answer.header(name).is_empty())
    {
        let declared = &response["headers"][name];
        assert!(
            !declared.is_null(),
            "{api} {operation} {status} has an undeclared {name}"
        );
        assert!(followed(&contract, declared)["description"].is_string());
    }
    if !answer.status.is_success() {
        let code = answer.code();
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(response["content"]["application/problem+json"].is_object());
        let says = response["description"].as_str().unwrap();
        assert!(
            says.contains(&code),
            "{api} {operation} {status} does not say {code}: {says}"
        );
    }
}

fn followed<'a>(contract: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => contract.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

fn post() -> Builder {
    Request::post("/orders").header("content-type", "application/json")
}

fn keyed() -> Builder {
    post().header("idempotency-key", "\"k-1\"")
}

#[tokio::test]
async fn what_the_border_answers_stands_in_its_contracts() {
    let shop = Shop::with(&[
        ("CROSSDOCK__POLICY__EXPERIENCE__BODY_BYTES", "100"),
        ("CROSSDOCK__POLICY__LIMITS__CHECKOUT__BURST", "6"),
    ]);
    let mut seen = Vec::new();
    let mut hold = |operation, answer: &Answer| {
        stands_in_contract(&shop, SHOP, operation, answer);
        seen.push(answer.status.as_u16());
    };
    let text = Request::post("/orders").header("content-type", "text/plain");
    let long = format!("{{\"note\":\"{}\"}}", "x".repeat(100));
    hold("post /orders", &shop.send(SHOP, keyed(), ORDER).await);
    hold("post /orders", &shop.ask(post(), ORDER).await);
    hold("post /orders", &shop.ask(text, ORDER).await);
    hold("post /orders", &shop.ask(keyed(), &long).await);
    hold("post /orders", &shop.ask(keyed(), "{}").await);
    hold("post /orders", &shop.ask(keyed(), ORDER).await);
    hold("post /orders", &shop.ask(keyed(), ORDER).await);
    hold("post /orders", &shop.ask(keyed(), ORDER).await);
    hold("get /admin", &shop.ask(Request::get("/admin"), "").await);
    hold(
        "get /orders/{id}",
        &shop.ask(Request::get("/orders/42"), "").await,
    );
    hold("get /broken", &shop.ask(Request::get("/broken"), "").await);
    hold(
        "get /hello",
        &shop.send(SHOP, Request::get("/hello"), "").await,
    );
    hold("get /slow", &shop.ask(Request::get("/slow"), "").await);
    assert_eq!(
        seen,
        [
            401, 400, 415, 413, 422, 201, 201, 429, 403, 422, 500, 200, 504
        ]
    );
}

async fn typed(shop: &Shop, to: ApiId, request: Builder, context: Context, body: &str) -> Answer {
    let above = match to.tier {
        Tier::System => Tier::Process,
        Tier::Process | Tier::Experience => Tier::Experience,
    };
    let request = request.extension(context).extension(above);
    answer(
        shop.serve(to),
        request.body(Body::from(body.to_owned())).unwrap(),
    )
    .await
}

#[tokio::test]
async fn what_the_inner_tiers_answer_stands_in_their_contracts() {
    let shop = Shop::new();
    for api in [ORDERS, ERP] {
        let stranger = shop.send(api, Request::get("/hello"), "").await;
        let mut deep = context(ada());
        deep.depth = 9;
        let mut late = context(ada());
        late.deadline = Some(crossdock_model::Timestamp::UNIX_EPOCH);
        let looping = typed(&shop, api, Request::get("/hello"), deep, "").await;
        let late = typed(&shop, api, Request::get("/hello"), late, "").await;
        let mut seen = Vec::new();
        for answer in [stranger, looping, late] {
            stands_in_contract(&shop, api, "get /hello", &answer);
            seen.push(answer.status.as_u16());
        }
        assert_eq!(seen, [401, 508, 504]);
    }
    let missing = typed(&shop, ORDERS, post(), context(ada()), ORDER).await;
    let wrong = typed(&shop, ORDERS, keyed(), context(ada()), "{}").await;
    let placed = typed(&shop, ORDERS, keyed(), context(ada()), ORDER).await;
    for answer in [missing, wrong, placed] {
        stands_in_contract(&shop, ORDERS, "post /orders", &answer);
    }
}

#[test]
fn a_limit_class_that_no_operation_can_declare_is_found() {
    let misspelt = [("BURST", "2"), ("PER", "1m")].map(|(key, value)| {
        let name = format!("CROSSDOCK__POLICY__LIMITS__CHEKOUT__{key}");
        (name, value.to_owned())
    });
    let mut tree = Tree::load(DEFAULTS, None, misspelt).unwrap();
    assert!(tree.section::<PolicySettings>("policy").is_none());
    let error = tree.finish().unwrap_err();
    assert!(error.to_string().contains("limit class chekout"), "{error}");
}

#[test]
fn the_default_configuration_reads_into_its_sections() {
    let mut tree = Tree::load(DEFAULTS, None, []).unwrap();
    let listeners: Listeners = tree.section("listeners").unwrap();
    assert_eq!(listeners.public.port(), 8080);
    assert_eq!(tree.section::<StoreSettings>("store").unwrap().shards, 8);
    assert!(
        tree.section::<TierSettings>("tier")
            .unwrap()
            .secret
            .is_none()
    );
    assert_eq!(
        tree.section::<TelemetrySettings>("telemetry")
            .unwrap()
            .level,
        "info"
    );
}

#[test]
fn an_override_of_an_api_that_does_not_exist_is_found() {
    let shop = Shop::with(&[
        (
            "CROSSDOCK__POLICY__APIS__EXPERIENCE/ECOMMERCE__DEADLINE",
            "5s",
        ),
        (
            "CROSSDOCK__POLICY__APIS__EXPERIENCE/ECOMERCE__DEADLINE",
            "5s",
        ),
    ]);
    assert_eq!(shop.policy.unknown_apis(&[SHOP]), ["experience/ecomerce"]);
    assert_eq!(shop.policy.profile(SHOP).deadline.as_secs(), 5);
}
