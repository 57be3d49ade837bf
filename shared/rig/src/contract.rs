//! What the operations of one API have in common.

use crossdock_runtime::{Api, Idempotency};

/// Holds an API to it, and answers how many operations it has.
///
/// What each operation declares is in its type, what every contract has is checked over `openapi/`
/// (`tests/architecture/contracts.rs`); here stands what names one API.
pub fn declared_whole(api: &Api) -> usize {
    let contract = serde_json::to_value(&api.contract).unwrap();
    for declared in &api.declared {
        let (path, method) = (&declared.path, declared.method.as_str());
        let operation = &contract["paths"][path][method.to_ascii_lowercase()];
        is_own(api, operation["operationId"].as_str().unwrap());
        let keyed = declared.declaration.idempotency == Idempotency::CallerKey;
        let creates = operation["responses"].get("201").is_some();
        assert_eq!(
            keyed, creates,
            "{method} {path} creates without a key, or needs one to create nothing"
        );
    }
    api.declared.len()
}

fn is_own(api: &Api, id: &str) {
    let name = api.id.name.replace('-', "_");
    // Feeds of both tiers have the same names, so theirs begin with the tier.
    let of_feed = |operation| format!("{}_{name}_{operation}", api.id.tier.as_str());
    let of_feed = ["events", "acknowledge_events"].map(of_feed);
    let is_own = id.starts_with(&format!("{name}_")) || of_feed.iter().any(|of| of == id);
    assert!(is_own, "{id} is no operation of {}", api.id);
}
