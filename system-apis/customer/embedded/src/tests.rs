//! The CRM as its API's users meet it.

use crate::{Seed, Settings, backend};
use crossdock_books::Book;
use crossdock_model::{Clock, Timestamp};
use crossdock_outbound::Endpoint;
use crossdock_runtime::ManualClock;
use http::{Method, header};
use serde_json::{Value, json};
use std::sync::Arc;

async fn crm() -> Endpoint {
    crm_with_book().await.0
}

pub(crate) async fn crm_with_book() -> (Endpoint, Book) {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let settings = Settings {
        api_key: "key".into(),
        seed: Seed::demo(),
    };
    let built = backend(None, clock, settings).await.unwrap();
    let crm = Endpoint::local(built.router).with_header(header::AUTHORIZATION, "Bearer key");
    (crm, built.book)
}

pub(crate) async fn ask(crm: &Endpoint, method: Method, path: &str, body: Value) -> (u16, Value) {
    let sending = crm.request(method, format!("/crm/v2/acme/people{path}"));
    let sending = if body.is_null() {
        sending
    } else {
        sending.json(&body)
    };
    let reply = sending.send().await.unwrap();
    (
        reply.status.as_u16(),
        serde_json::from_slice(&reply.body).unwrap_or(Value::Null),
    )
}

#[tokio::test]
async fn a_registration_is_made_once() {
    let crm = crm().await;
    let body = json!({"external_ref": "reg-1", "profile": {"full_name": "Grace Lee"}});
    let (status, first) = ask(&crm, Method::POST, "", body.clone()).await;
    assert_eq!(status, 200, "{first}");
    let (_, again) = ask(&crm, Method::POST, "", body).await;
    assert_eq!(first["id"], again["id"]);
    let other = json!({"external_ref": "reg-1", "profile": {"full_name": "Somebody Else"}});
    assert_eq!(ask(&crm, Method::POST, "", other).await.0, 409);
}

#[tokio::test]
async fn a_revision_stands_on_the_newest_only() {
    let crm = crm().await;
    let body = json!({"on_revision": 1, "profile": {"full_name": "Ada Stone"}});
    let (status, revised) = ask(&crm, Method::POST, "/cust-ada/revisions", body.clone()).await;
    assert_eq!((status, &revised["revision"]), (200, &json!(2)));
    assert_eq!(
        ask(&crm, Method::POST, "/cust-ada/revisions", body).await.0,
        409
    );
}

#[tokio::test]
async fn a_shared_phone_finds_both_and_a_merge_leaves_one() {
    let crm = crm().await;
    let phone = json!({"field": "phone", "value": "1-312-555-0103"});
    let (_, found) = ask(&crm, Method::POST, "/search", phone.clone()).await;
    assert_eq!(found["people"].as_array().unwrap().len(), 2);
    let (status, _) = ask(
        &crm,
        Method::POST,
        "/cust-carl/merge",
        json!({"into": "cust-cleo"}),
    )
    .await;
    assert_eq!(status, 200);
    let (_, found) = ask(&crm, Method::POST, "/search", phone).await;
    assert_eq!(found["people"].as_array().unwrap().len(), 1);
    let (_, carl) = ask(&crm, Method::GET, "/cust-carl", Value::Null).await;
    assert_eq!(carl["id"], "cust-cleo");
}

#[tokio::test]
async fn somebody_erased_is_gone_for_ever() {
    let crm = crm().await;
    assert_eq!(
        ask(&crm, Method::GET, "/cust-gone", Value::Null).await.0,
        410
    );
    assert_eq!(
        ask(&crm, Method::DELETE, "/cust-bob", Value::Null).await.0,
        200
    );
    assert_eq!(
        ask(&crm, Method::GET, "/cust-bob", Value::Null).await.0,
        410
    );
}

#[tokio::test]
async fn another_account_knows_none_of_them() {
    let crm = crm().await;
    let reply = crm
        .get("/crm/v2/other/people/cust-ada")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status.as_u16(), 404);
}
