//! A shop over process APIs that answer what a test says, remembering what they were asked.

use crate::{API, Parts, api};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crossdock_model::{ApiId, Caller, Context, Correlation, Subject};
use crossdock_outbound::{Directory, IDEMPOTENCY_KEY, Transport};
use crossdock_policy::CallerKey;
use proc_inventory_contract::InventoryClient;
use proc_loyalty_contract::LoyaltyClient;
use proc_order_contract::OrderClient;
use proc_return_contract::ReturnClient;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;

/// The id of every order and return in these tests.
pub(crate) const ID: &str = "0199a0c0-0000-7000-8000-000000000001";

/// One call that reached the process tier.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) key: Option<String>,
    pub(crate) body: Value,
}

/// What the shop answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) body: Value,
}

#[derive(Debug, Clone, Default)]
struct Process {
    answers: Arc<HashMap<String, (u16, Value)>>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// The API under test.
#[derive(Debug)]
pub(crate) struct Shop {
    process: Process,
    router: Router,
}

impl Shop {
    /// Over process APIs that answer `METHOD path` with that status and body, and 404 to all else.
    pub(crate) fn answering(answers: &[(&str, u16, Value)]) -> Self {
        let answers = answers
            .iter()
            .map(|(to, status, body)| ((*to).to_owned(), (*status, body.clone())));
        let process = Process {
            answers: Arc::new(answers.collect()),
            ..Process::default()
        };
        let below = Router::new().fallback(answer).with_state(process.clone());
        let directory = Directory::default();
        let apis: [ApiId; 4] = [
            OrderClient::API,
            ReturnClient::API,
            LoyaltyClient::API,
            InventoryClient::API,
        ];
        directory.fill(
            apis.map(|api| (api, Transport::in_process(below.clone())))
                .into(),
        );
        Self {
            process,
            router: api(Parts { directory }).router,
        }
    }

    /// What reached the process tier, in order.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.process.heard.lock().unwrap().clone()
    }

    pub(crate) async fn get(&self, subject: Subject, path: &str) -> Answer {
        self.ask(subject, Method::GET, path, Body::empty()).await
    }

    pub(crate) async fn post(&self, subject: Subject, path: &str, body: &Value) -> Answer {
        self.ask(subject, Method::POST, path, Body::from(body.to_string()))
            .await
    }

    async fn ask(&self, subject: Subject, method: Method, path: &str, body: Body) -> Answer {
        let caller = Caller {
            tenant: "demo".into(),
            consumer: "web-shop".into(),
            subject,
            scopes: Arc::new([]),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(body)
            .unwrap();
        request
            .extensions_mut()
            .insert(Context::new(caller, Correlation("c-1".into())));
        request.extensions_mut().insert(CallerKey("key-1".into()));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response.headers().get(header::LOCATION);
        let location = location.map(|value| value.to_str().unwrap().to_owned());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer {
            status,
            location,
            body: serde_json::from_slice(&body).unwrap(),
        }
    }
}

async fn answer(State(process): State<Process>, request: Request) -> Response {
    let asked = format!("{} {}", request.method(), request.uri());
    let key = request
        .headers()
        .get(IDEMPOTENCY_KEY)
        .map(|key| key.to_str().unwrap().to_owned());
    let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    process.heard.lock().unwrap().push(Heard { key, body });
    let nothing = (404, json!({"detail": asked}));
    let (status, body) = process.answers.get(&asked).unwrap_or(&nothing);
    (StatusCode::from_u16(*status).unwrap(), axum::Json(body)).into_response()
}

/// A customer and member.
pub(crate) fn ada() -> Subject {
    Subject::Customer {
        id: "cust-ada".into(),
        member: Some("member-ada".into()),
    }
}

/// The shop itself, for a guest.
pub(crate) fn guest() -> Subject {
    Subject::Application
}

pub(crate) fn address() -> Value {
    json!({"country": "US", "region": "TX", "postalCode": "78701", "city": "Austin", "lines": ["1 Main St"]})
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

/// An order of two units, one of them shipped, as the process tier tells it.
pub(crate) fn order(customer: Option<&str>) -> Value {
    let unit = |id: &str, state: &str| {
        json!({"id": id, "sku": "SKU-A", "state": state, "paid": usd("48.24"), "tax": usd("3.74"),
            "pointsBurnt": 500, "pointsEarned": 48})
    };
    let mut order = json!({
        "id": ID, "channel": "ecommerce", "channelRef": "web-1", "account": "web-shop", "mode": "checkout",
        "lifecycle": "placed", "status": "InTransit",
        "lines": [{"id": "1", "sku": "SKU-A", "quantity": 2, "unitPrice": usd("50.00"), "taxCategory": "standard"}],
        "promotions": [],
        "redemption": {"program": "stars", "points": 1000, "value": usd("10.00"),
            "treatment": "pre-tax-discount", "funding": "retailer"},
        "earn": {"program": "stars", "points": 96, "rule": "r1", "liabilityRate": {"numerator": 1, "denominator": 1}},
        "totals": {"gross": usd("100.00"), "promotions": usd("0.00"), "points": usd("10.00"),
            "charges": usd("0.00"), "tax": usd("7.48"), "card": usd("96.48")},
        "units": [unit("1#1", "shipped"), unit("1#2", "open")],
        "shipments": [{"id": "f-1", "location": "store-7", "units": ["1#1"], "tracking": "1Z"}],
        "correlation": "c-1", "receivedAt": "2026-01-02T03:04:05Z", "placedAt": "2026-01-02T03:04:06Z",
    });
    if let Some(customer) = customer {
        order["customer"] = json!(customer);
        order["member"] = json!("member-ada");
    }
    order
}

/// A return of one unit whose refund is settled, as the process tier tells it.
pub(crate) fn returned() -> Value {
    json!({
        "id": ID, "orderId": ID, "location": "dc-1", "channel": "ecommerce", "status": "settling",
        "units": [{"unit": "1#1", "sku": "SKU-A", "disposition": "restock", "refund": usd("48.24"),
            "tax": usd("3.74"), "pointsRestored": 500, "pointsReversed": 48}],
        "refund": usd("48.24"), "tax": usd("3.74"), "pointsRestored": 500, "pointsReversed": 48,
        "legs": [{"leg": "refund", "state": "settled",
            "references": [{"system": "payment-main", "kind": "refund", "value": "re_1"}]}],
        "decidedAt": "2026-01-02T03:04:05Z",
    })
}

#[test]
fn every_operation_is_declared_whole() {
    let contract = serde_json::to_value(
        api(Parts {
            directory: Directory::default(),
        })
        .contract,
    )
    .unwrap();
    let mut operations = 0;
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            let id = operation["operationId"].as_str().unwrap();
            assert!(
                id.starts_with(&format!("{}_", API.name.replace('-', "_"))),
                "{id}"
            );
            assert!(
                operation["security"][0]["bearer"][0].is_string(),
                "{id} names no scope"
            );
            for extension in [
                "domain",
                "pattern",
                "latency-ms",
                "limit-class",
                "degrade",
                "data-class",
            ] {
                assert!(
                    !operation[format!("x-{extension}")].is_null(),
                    "{id}: x-{extension}"
                );
            }
            let keyed = operation.get("x-idempotency").is_some();
            let creates = operation["responses"].get("201").is_some();
            assert_eq!(
                keyed, creates,
                "{method} {path} has an effect or a key, not both"
            );
        }
    }
    assert_eq!(operations, 14);
    let text = contract.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(
            !contract["components"]["schemas"][name].is_null(),
            "{name} refers to nothing"
        );
    }
}
