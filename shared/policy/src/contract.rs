//! Reads an API's contract into typed operations; what is not declared whole does not start.

use crate::operation::{Operation, Operations, Permission};
use crate::schema::{Components, RequestSchema};
use crossdock_model::ApiId;
use http::Method;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// Operations that are not declared whole, each with what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupError {
    /// The API they belong to.
    pub api: ApiId,
    /// One line a fault.
    pub faults: Vec<String>,
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be served behind its policies:", self.api)?;
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SetupError {}

const METHODS: [(&str, Method); 5] = [
    ("get", Method::GET),
    ("post", Method::POST),
    ("put", Method::PUT),
    ("patch", Method::PATCH),
    ("delete", Method::DELETE),
];

/// Every operation of the contract, or everything that is wrong with it.
pub(crate) fn operations(
    api: ApiId,
    contract: &utoipa::openapi::OpenApi,
) -> Result<Operations, SetupError> {
    let mut operations = Operations::at(api.base());
    let mut faults = Vec::new();
    let contract = serde_json::to_value(contract).unwrap_or_default();
    let components = Components::of(&contract);
    let paths = contract.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (name, method) in METHODS {
            let Some(declared) = item.get(name) else {
                continue;
            };
            match operation(path, item, declared, &components) {
                Ok(operation) => operations.add(path, method, operation),
                Err(fault) => faults.push(format!("{method} {path}: {fault}")),
            }
        }
    }
    if faults.is_empty() {
        Ok(operations)
    } else {
        Err(SetupError { api, faults })
    }
}

fn operation(
    path: &str,
    item: &Value,
    declared: &Value,
    components: &Components,
) -> Result<Operation, String> {
    let id = text(declared, "operationId").ok_or("has no operationId")?;
    let own = declared.get("parameters").and_then(Value::as_array);
    let shared = item.get("parameters").and_then(Value::as_array);
    let parameters: Vec<&Value> = own.into_iter().chain(shared).flatten().collect();
    let demands_key = |parameter: &&Value| {
        let named =
            text(parameter, "name").is_some_and(|n| n.eq_ignore_ascii_case("idempotency-key"));
        named && parameter.get("required").and_then(Value::as_bool) == Some(true)
    };
    let flagged = declared.get("x-idempotency").and_then(Value::as_bool) == Some(true);
    let needs_key = flagged || parameters.iter().any(demands_key);
    let permission = permission(declared).ok_or_else(|| {
        format!(
            "{id} declares no security: give it a scope, or security(()) if it is for everybody"
        )
    })?;
    let schema = RequestSchema::compile(path, declared, &parameters, components)
        .map_err(|fault| format!("{id}: {fault}"))?;
    Ok(Operation {
        id: id.into(),
        permission,
        limit_class: text(declared, "x-limit-class").unwrap_or("default").into(),
        needs_key,
        reads_body: declared.get("requestBody").is_some(),
        schema,
    })
}

/// The alternatives of `security`; an empty alternative means that nobody is asked for a token.
fn permission(declared: &Value) -> Option<Permission> {
    let alternatives = declared.get("security")?.as_array()?;
    let mut sets = Vec::new();
    for alternative in alternatives {
        let schemes = alternative.as_object()?;
        if schemes.is_empty() {
            return Some(Permission::Public);
        }
        let scopes = schemes.values().filter_map(Value::as_array).flatten();
        sets.push(scopes.filter_map(Value::as_str).map(Arc::from).collect());
    }
    (!sets.is_empty()).then_some(Permission::Scopes(sets))
}

fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(operation: &Value) -> Result<Operations, SetupError> {
        let contract = json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/orders": {"post": operation}},
        });
        let contract = serde_json::from_value(contract).unwrap();
        operations(ApiId::process("order"), &contract)
    }

    #[test]
    fn an_operation_without_security_is_named() {
        let error = read(&json!({"operationId": "place_order", "responses": {}})).unwrap_err();
        assert_eq!(error.faults.len(), 1);
        assert!(
            error
                .to_string()
                .contains("POST /orders: place_order declares no security")
        );
    }

    #[test]
    fn a_schema_that_refers_to_nothing_is_a_fault_at_start() {
        let error = read(&json!({
            "operationId": "place_order",
            "security": [{"bearer": ["orders:place"]}],
            "requestBody": {"content": {"application/json": {"schema":
                {"$ref": "#/components/schemas/Missing"}}}},
            "responses": {},
        }));
        assert!(error.unwrap_err().to_string().contains("Missing"));
    }

    #[test]
    fn alternatives_and_scopes_are_read_as_declared() {
        let scopes = |security: Value| permission(&json!({ "security": security }));
        assert_eq!(scopes(json!([{}])), Some(Permission::Public));
        assert_eq!(scopes(json!([])), None);
        assert_eq!(
            scopes(json!([{"bearer": ["a", "b"]}, {"bearer": ["c"]}])),
            Some(Permission::Scopes(vec![
                vec!["a".into(), "b".into()],
                vec!["c".into()]
            ]))
        );
    }
}
