//! What every operation of every API declares of itself.

use crossdock_runtime::Api;
use serde_json::Value;

/// What policies and governance read of an operation.
const DECLARED: [&str; 6] = [
    "x-domain",
    "x-pattern",
    "x-latency-ms",
    "x-limit-class",
    "x-degrade",
    "x-data-class",
];

/// Holds an API to it, and answers how many operations it has.
pub fn declared_whole(api: &Api) -> usize {
    let contract = serde_json::to_value(&api.contract).unwrap();
    let mut operations = 0;
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            declares_itself(api, operation);
            let keyed = operation.get("x-idempotency").is_some();
            let creates = operation["responses"].get("201").is_some();
            assert_eq!(
                keyed, creates,
                "{method} {path} creates without a key, or needs one to create nothing"
            );
        }
    }
    for reference in references(&contract) {
        let place = reference.trim_start_matches('#');
        let there = contract.pointer(place);
        assert!(there.is_some(), "{reference} leads nowhere");
    }
    operations
}

fn declares_itself(api: &Api, operation: &Value) {
    let id = operation["operationId"].as_str().unwrap();
    let name = api.id.name.replace('-', "_");
    // Feeds of both tiers have the same names, so theirs begin with the tier.
    let feed = format!("{}_{name}_events", api.id.tier.as_str());
    let is_own = id.starts_with(&format!("{name}_")) || id == feed;
    assert!(is_own, "{id} is no operation of {}", api.id);
    let scope = &operation["security"][0]["bearer"][0];
    assert!(scope.is_string(), "{id} names no scope");
    for member in DECLARED {
        assert!(!operation[member].is_null(), "{id} lacks {member}");
    }
}

/// Every `$ref` beneath a value.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let beneath = members.values().flat_map(references);
            own.into_iter().chain(beneath).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
