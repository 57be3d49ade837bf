//! A whole gateway in memory, asked over its routers.

use crate::{Gateway, ListenerName, Options, Settings, apis};
use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt as _;

async fn gateway() -> Gateway {
    let settings = Settings::defaults().unwrap();
    let gateway = Gateway::build(settings, Options::in_memory())
        .await
        .unwrap();
    gateway.work();
    gateway
}

async fn get(
    gateway: &Gateway,
    listener: ListenerName,
    path: &str,
) -> (StatusCode, String, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = gateway.router(listener).oneshot(request).await.unwrap();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind
        .map(|kind| kind.to_str().unwrap().to_owned())
        .unwrap_or_default();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    (status, kind, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn it_is_healthy_and_counts_what_it_does() {
    let gateway = gateway().await;
    assert_eq!(
        get(&gateway, ListenerName::Operations, "/healthz").await.0,
        StatusCode::OK
    );
    assert_eq!(
        get(&gateway, ListenerName::Operations, "/readyz").await.0,
        StatusCode::OK
    );
    let (_, _, metrics) = get(&gateway, ListenerName::Operations, "/metrics").await;
    assert!(
        metrics.contains("crossdock_store_commits_total{store=\"process\"}"),
        "{metrics}"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_path_that_is_not_there_is_a_problem_on_every_listener() {
    let gateway = gateway().await;
    for listener in [
        ListenerName::Public,
        ListenerName::Hooks,
        ListenerName::Internal,
        ListenerName::Operations,
    ] {
        let (status, kind, body) = get(&gateway, listener, "/nowhere").await;
        assert_eq!(
            (status, kind.as_str()),
            (StatusCode::NOT_FOUND, "application/problem+json"),
            "{listener:?}"
        );
        assert_eq!(
            serde_json::from_str::<Value>(&body).unwrap()["code"],
            "not_found"
        );
    }
}

#[tokio::test]
async fn the_portal_lists_every_contract_and_shows_them_without_a_network() {
    let gateway = gateway().await;
    let (status, kind, page) = get(&gateway, ListenerName::Public, "/docs").await;
    assert_eq!(
        (status, kind.as_str()),
        (StatusCode::OK, "text/html; charset=utf-8"),
        "{page}"
    );
    let (status, ..) = get(&gateway, ListenerName::Public, "/docs/api/").await;
    assert_eq!(status, StatusCode::OK);
    let script = "/docs/api/swagger-initializer.js";
    let (_, _, script) = get(&gateway, ListenerName::Public, script).await;
    // Of the two layouts only this one can show one of many contracts.
    assert!(
        script.contains("\"layout\": \"StandaloneLayout\""),
        "{script}"
    );
    let (first, second) = (
        "experience/ecommerce.json",
        "experience/customer-service.json",
    );
    assert!(script.find(first) < script.find(second), "{script}");
    for api in apis::ids() {
        let path = crate::portal::path_of(api);
        assert!(script.contains(&path), "{path} is not in {script}");
        assert!(page.contains(&path), "{path} is not in {page}");
        let (status, _, contract) = get(&gateway, ListenerName::Public, &path).await;
        assert_eq!(status, StatusCode::OK);
        let contract: Value = serde_json::from_str(&contract).unwrap();
        assert_eq!(contract["servers"][0]["url"], api.base());
    }
    let (_, _, page) = get(&gateway, ListenerName::Public, "/docs/problems").await;
    assert!(page.contains("out_of_stock"));
    let (_, _, catalogue) = get(&gateway, ListenerName::Public, "/.well-known/api-catalog").await;
    assert!(
        catalogue.contains("/ecommerce/v1") && !catalogue.contains("/system/"),
        "{catalogue}"
    );
}

#[tokio::test]
async fn a_tier_is_not_exposed_by_accident() {
    let gateway = gateway().await;
    let (status, ..) = get(&gateway, ListenerName::Public, "/system/erp/v1/products").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, ..) = get(&gateway, ListenerName::Internal, "/system/erp/v1/products").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, ..) = get(
        &gateway,
        ListenerName::Operations,
        "/operations/v1/workflows",
    )
    .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_scope_that_an_operation_of_a_channel_asks_for_is_in_a_role() {
    let settings = Settings::defaults().unwrap();
    let granted: Vec<String> = settings
        .roles
        .values()
        .flat_map(|role| &role.scopes)
        .map(ToString::to_string)
        .collect();
    let gateway = Gateway::build(settings, Options::in_memory())
        .await
        .unwrap();
    for (id, contract) in gateway.contracts() {
        if id.tier == crossdock_model::Tier::System {
            continue;
        }
        let contract = serde_json::to_value(contract).unwrap();
        for (path, operations) in contract["paths"].as_object().unwrap() {
            for operation in operations.as_object().unwrap().values() {
                let scopes = operation["security"][0]["bearer"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                for scope in scopes {
                    let scope = scope.as_str().unwrap().to_owned();
                    assert!(
                        granted.contains(&scope),
                        "{id} {path} asks for {scope}, which no role has"
                    );
                }
            }
        }
    }
}
