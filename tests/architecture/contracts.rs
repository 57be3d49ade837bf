//! Every operation of every contract has all its parts.

use super::nothing_breaks;
use super::tree::files;
use serde_json::Value;

const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What governance reads of every operation.
const DECLARED: &[&str] = &[
    "x-domain",
    "x-pattern",
    "x-latency-ms",
    "x-limit-class",
    "x-degrade",
    "x-data-class",
];

/// One operation with the contract that it stands in.
struct Operation<'a> {
    contract: &'a Value,
    tier: &'a str,
    path: &'a str,
    declared: &'a Value,
}

/// What a contract has to say of an operation in that place.
fn statuses(of: &Operation<'_>) -> Vec<&'static str> {
    let border = of.tier == "experience";
    let asks = !border || of.declared["security"] != serde_json::json!([{}]);
    let keyed = of.declared["x-idempotency"] == true;
    let body = of.declared.get("requestBody").is_some();
    let parts: [(bool, &[&str]); 8] = [
        (true, &["400", "422", "500", "502", "503", "504"]),
        (asks, &["401", "403"]),
        (of.path.contains('{'), &["404"]),
        (keyed, &["409"]),
        (body, &["408", "413"]),
        (body && border, &["415"]),
        (border, &["429"]),
        (!border, &["508"]),
    ];
    let needed = parts.iter().filter(|(needed, _)| *needed);
    needed
        .flat_map(|(_, statuses)| statuses.iter().copied())
        .collect()
}

/// What is missing of one operation.
fn missing(of: &Operation<'_>) -> Vec<String> {
    let members = DECLARED.iter().chain(&["operationId", "summary", "tags"]);
    let members = members.filter(|member| of.declared[member].is_null());
    let statuses = statuses(of).into_iter();
    let statuses = statuses.filter(|status| of.declared["responses"][status].is_null());
    let mut faults: Vec<String> = members
        .copied()
        .chain(statuses)
        .map(str::to_owned)
        .collect();
    faults.extend(responses(of));
    faults.extend(security(of));
    faults.extend(key(of));
    faults.extend(paging(of));
    faults
}

/// Somebody is let in, by a scheme that exists or expressly without one.
fn security(of: &Operation<'_>) -> Option<String> {
    let schemes = &of.contract["components"]["securitySchemes"];
    let exists = |requirement: &Value| {
        let mut names = requirement.as_object().into_iter().flatten();
        names.all(|(name, _)| !schemes[name].is_null())
    };
    let requirements = of.declared["security"].as_array();
    let right = requirements.is_some_and(|all| !all.is_empty() && all.iter().all(exists));
    (!right).then(|| "security by a scheme that exists".to_owned())
}

/// An error is a problem, and every answer says to which journey it belongs.
fn responses(of: &Operation<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let responses = of.declared["responses"].as_object().into_iter().flatten();
    for (status, response) in responses {
        let response = followed(of.contract, response);
        let content = response["content"].as_object();
        let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
        let problem = content.is_some_and(|content| content.len() == 1)
            && *schema == "#/components/schemas/Problem";
        if status.starts_with(['4', '5']) && !problem {
            faults.push(format!("{status} as application/problem+json"));
        }
        if response["headers"]["X-Correlation-Id"].is_null() {
            faults.push(format!("X-Correlation-Id in {status}"));
        }
    }
    faults
}

/// A key is asked for where it is read: the caller's above, the step's in the system tier.
fn key(of: &Operation<'_>) -> Option<String> {
    let own = of.declared["parameters"].as_array().into_iter().flatten();
    let parameters = own.map(|parameter| followed(of.contract, parameter));
    let headers: Vec<&Value> = parameters.filter(|one| one["in"] == "header").collect();
    let named = |name: &str| headers.iter().find(|header| header["name"] == name);
    let callers = named("Idempotency-Key").is_some_and(|key| key["required"] == true);
    let steps = named("Crossdock-Delivery").is_some();
    let right = match of.tier {
        "system" => !callers && steps != safe(of),
        _above => !steps && callers == (of.declared["x-idempotency"] == true),
    };
    (!right).then(|| "its own key among the headers".to_owned())
}

/// Whether the scope of a system operation lets it read only.
fn safe(of: &Operation<'_>) -> bool {
    let scopes = of.declared["security"][0]["bearer"].as_array();
    scopes
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .all(|scope| scope.ends_with(":read"))
}

/// An answer that says where the next page is comes from an operation that takes it back.
fn paging(of: &Operation<'_>) -> Option<String> {
    let ok = followed(of.contract, &of.declared["responses"]["200"]);
    let answer = followed(of.contract, &ok["content"]["application/json"]["schema"]);
    answer["properties"].get("next")?;
    // A feed is no list: it never ends, and its reader gives the place it has come to.
    let takes: &[&str] = match answer["properties"].get("events") {
        Some(_) => &["after", "limit"],
        None => &["cursor", "limit"],
    };
    let body = &of.declared["requestBody"]["content"]["application/json"]["schema"];
    let body = &followed(of.contract, body)["properties"];
    let own = of.declared["parameters"].as_array().into_iter().flatten();
    let query: Vec<&Value> = own
        .map(|parameter| &followed(of.contract, parameter)["name"])
        .collect();
    let is_there = |name: &str| !body[name].is_null() || query.iter().any(|it| **it == name);
    let whole = takes.iter().all(|name| is_there(name));
    (!whole).then(|| format!("{} for its `next`", takes.join(" and ")))
}

fn followed<'a>(contract: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value["$ref"]
        .as_str()
        .and_then(|to| contract.pointer(to.strip_prefix('#')?));
    reference.unwrap_or(value)
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

/// The committed contracts, each with its path; that they are those of the code is checked by `cargo xtask openapi`.
fn contracts() -> Vec<(String, Value)> {
    let found = files(".json")
        .into_iter()
        .filter(|file| file.path.starts_with("openapi/"));
    found
        .map(|file| (file.path, serde_json::from_str(&file.text).unwrap()))
        .collect()
}

#[test]
fn every_operation_has_all_its_parts() {
    let contracts = contracts();
    let (mut broken, mut ids) = (Vec::new(), Vec::new());
    for (file, contract) in &contracts {
        let tier = file.split('/').nth(1).unwrap();
        for (path, item) in contract["paths"].as_object().unwrap() {
            for declared in METHODS.iter().filter_map(|method| item.get(method)) {
                let id = declared["operationId"]
                    .as_str()
                    .unwrap_or("an operation without a name");
                let of = Operation {
                    contract,
                    tier,
                    path,
                    declared,
                };
                let faults = missing(&of).into_iter();
                broken.extend(faults.map(|what| format!("{file}: {id} lacks {what}")));
                ids.push(id);
            }
        }
    }
    nothing_breaks("an operation has all its parts", &broken);
    assert!(ids.len() > 100, "the contracts are not where they were");
    ids.sort_unstable();
    let twice = ids.windows(2).filter(|pair| pair[0] == pair[1]);
    let twice: Vec<String> = twice.map(|pair| pair[0].to_owned()).collect();
    nothing_breaks("an operation's name is its own", &twice);
}

#[test]
fn every_reference_of_a_contract_leads_somewhere() {
    let mut broken = Vec::new();
    for (file, contract) in &contracts() {
        for reference in references(contract) {
            let there = reference
                .strip_prefix('#')
                .and_then(|to| contract.pointer(to));
            if there.is_none() {
                broken.push(format!("{file}: {reference}"));
            }
        }
    }
    nothing_breaks("a reference leads somewhere", &broken);
}
