//! What `Api::new` writes into a contract: the declarations, and the standard parts of the tier.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use crossdock_model::ApiId;
use crossdock_runtime::{
    Api, DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use serde_json::{Value, json};
use std::time::Duration;

/// Show one shelf.
#[utoipa::path(get, path = "/shelves/{id}", operation_id = "shop_get_shelf", tag = "shelves",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "What stands on it", body = String),
        (status = 404, description = "No such shelf")))]
async fn get_shelf() {}

/// Put up a shelf.
#[utoipa::path(post, path = "/shelves", operation_id = "shop_put_up_shelf", tag = "shelves",
    request_body = String,
    responses((status = 201, description = "It hangs", body = String, headers(("Location")))))]
async fn put_up_shelf() {}

const READ: Declaration = Declaration {
    security: Security::Scopes(&["shop:read"]),
    owner: Domain::SupplyChain,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(50),
    limit: LimitClass::Read,
    data: DataClass::Public,
    idempotency: Idempotency::Safe,
    degrade: "last known shelf",
};

fn contract(id: ApiId, put_up: Idempotency) -> Value {
    let put_up = Declaration {
        security: Security::Scopes(&["shop:write"]),
        idempotency: put_up,
        ..READ
    };
    let routes = Routes::new()
        .route(routes!(get_shelf), READ)
        .route(routes!(put_up_shelf), put_up);
    serde_json::to_value(Api::new(id, "", routes).contract).unwrap()
}

fn border() -> Value {
    contract(ApiId::experience("shop"), Idempotency::CallerKey)
}

fn statuses(operation: &Value) -> Vec<&str> {
    let responses = operation["responses"].as_object().unwrap();
    responses.keys().map(String::as_str).collect()
}

#[test]
fn the_declaration_stands_at_its_operation() {
    let contract = border();
    let read = &contract["paths"]["/shelves/{id}"]["get"];
    assert_eq!(read["security"], json!([{"bearer": ["shop:read"]}]));
    assert_eq!(read["x-domain"], "supply chain");
    assert_eq!(read["x-latency-ms"], 50);
    assert_eq!(read["x-degrade"], "last known shelf");
    assert!(read.get("x-idempotency").is_none());
    let put_up = &contract["paths"]["/shelves"]["post"];
    assert_eq!(put_up["security"], json!([{"bearer": ["shop:write"]}]));
    assert_eq!(put_up["x-idempotency"], true);
}

#[test]
fn a_tier_answers_what_its_stack_answers() {
    let border = border();
    assert_eq!(
        statuses(&border["paths"]["/shelves/{id}"]["get"]),
        [
            "200", "400", "401", "403", "404", "422", "429", "500", "502", "503", "504"
        ]
    );
    assert_eq!(
        statuses(&border["paths"]["/shelves"]["post"]),
        [
            "201", "400", "401", "403", "408", "409", "413", "415", "422", "429", "500", "502",
            "503", "504"
        ]
    );
    let inner = contract(ApiId::system("shop"), Idempotency::Delivery);
    assert_eq!(
        statuses(&inner["paths"]["/shelves"]["post"]),
        [
            "201", "400", "401", "403", "408", "413", "422", "500", "502", "503", "504", "508"
        ]
    );
}

#[test]
fn a_public_operation_asks_nobody_who_they_are() {
    let public = Declaration {
        security: Security::Public,
        ..READ
    };
    let routes = Routes::new().route(routes!(get_shelf), public);
    let contract = Api::new(ApiId::experience("shop"), "", routes).contract;
    let read = &serde_json::to_value(contract).unwrap()["paths"]["/shelves/{id}"]["get"];
    assert_eq!(read["security"], json!([{}]));
    assert!(!statuses(read).contains(&"401") && !statuses(read).contains(&"403"));
    assert!(read["responses"]["200"]["headers"]["RateLimit"].is_null());
}

#[test]
fn a_handlers_own_problem_keeps_its_words_and_has_the_common_form() {
    let contract = border();
    let own = &contract["paths"]["/shelves/{id}"]["get"]["responses"]["404"];
    assert_eq!(own["description"], "No such shelf");
    let problem = json!({"schema": {"$ref": "#/components/schemas/Problem"}});
    assert_eq!(own["content"], json!({"application/problem+json": problem}));
    let headers = own["headers"].as_object().unwrap();
    assert_eq!(
        headers.keys().collect::<Vec<_>>(),
        ["RateLimit", "RateLimit-Policy", "X-Correlation-Id"]
    );
    let created = &contract["paths"]["/shelves"]["post"]["responses"]["201"];
    assert_eq!(
        created["headers"]["Location"],
        json!({"$ref": "#/components/headers/Location"})
    );
}

#[test]
fn a_standard_problem_is_told_once_in_the_words_of_the_catalogue() {
    let contract = border();
    let limited = &contract["paths"]["/shelves"]["post"]["responses"]["429"];
    assert_eq!(
        limited,
        &json!({"$ref": "#/components/responses/RateLimited"})
    );
    let shared = &contract["components"]["responses"]["RateLimited"];
    assert_eq!(
        shared["description"],
        "`rate_limited`: Too many requests for this consumer: wait for Retry-After."
    );
    let example = &shared["content"]["application/problem+json"]["example"];
    assert_eq!(
        (&example["status"], &example["retryAfter"]),
        (&json!(429), &json!(1))
    );
    assert!(shared["headers"]["Retry-After"].is_object());
    let turned_away = &contract["components"]["responses"]["Unauthenticated"]["headers"];
    assert!(turned_away["WWW-Authenticate"].is_object() && turned_away["RateLimit"].is_null());
}

#[test]
fn a_key_is_asked_for_where_it_is_read() {
    let key = |contract: &Value, name: &str| {
        let asked = &contract["paths"]["/shelves"]["post"]["parameters"][0];
        assert_eq!(asked["$ref"], format!("#/components/parameters/{name}"));
        contract["components"]["parameters"][name]["required"].clone()
    };
    assert_eq!(key(&border(), "Idempotency-Key"), true);
    let inner = contract(ApiId::system("shop"), Idempotency::Delivery);
    assert_eq!(key(&inner, "Crossdock-Delivery"), false);
}
