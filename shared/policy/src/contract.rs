//! What an API declares as the operations that the policies look up; a contract that cannot be kept does not start.

use crate::operation::{Operation, Operations, Permission};
use crate::schema::{Components, RequestSchema};
use crossdock_model::ApiId;
use crossdock_runtime::{Api, Declared, Idempotency, Security};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// Operations that cannot be served, each with what is wrong with its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupError {
    /// The API that declares them.
    pub api: ApiId,
    /// Each in one line, with its method and path.
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

/// Every operation that the API declares, or everything that is wrong with them.
pub(crate) fn operations(api: &Api) -> Result<Operations, SetupError> {
    let mut operations = Operations::at(api.id.base());
    let mut faults = Vec::new();
    let contract = serde_json::to_value(&api.contract).unwrap_or_default();
    let components = Components::of(&contract);
    let paths = member(&contract, "paths");
    for declared in &api.declared {
        let (path, method) = (&declared.path, &declared.method);
        match operation(declared, member(paths, path), &components) {
            Ok(operation) => operations.add(path, method.clone(), operation),
            Err(fault) => faults.push(format!("{method} {path}: {fault}")),
        }
    }
    if faults.is_empty() {
        Ok(operations)
    } else {
        let api = api.id;
        Err(SetupError { api, faults })
    }
}

fn operation(
    declared: &Declared,
    item: &Value,
    components: &Components,
) -> Result<Operation, String> {
    let contract = member(item, &declared.method.as_str().to_ascii_lowercase());
    let id = member(contract, "operationId").as_str();
    let id = id.ok_or("has no operationId")?;
    let own = member(contract, "parameters").as_array();
    let shared = member(item, "parameters").as_array();
    let parameters: Vec<&Value> = own.into_iter().chain(shared).flatten().collect();
    let schema = RequestSchema::compile(&declared.path, contract, &parameters, components)
        .map_err(|fault| format!("{id}: {fault}"))?;
    let declaration = &declared.declaration;
    Ok(Operation {
        id: id.into(),
        permission: permission(declaration.security),
        limit_class: declaration.limit.as_str().into(),
        needs_key: declaration.idempotency == Idempotency::CallerKey,
        reads_body: contract.get("requestBody").is_some(),
        schema,
    })
}

/// A member of an object; null where there is none.
fn member<'a>(of: &'a Value, name: &str) -> &'a Value {
    of.get(name).unwrap_or(&Value::Null)
}

fn permission(security: Security) -> Permission {
    match security {
        Security::Public => Permission::Public,
        Security::Scopes(scopes) => {
            Permission::Scopes(vec![scopes.iter().copied().map(Arc::from).collect()])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_runtime::{DataClass, Declaration, Domain, LimitClass, Pattern, Routes, routes};
    use std::time::Duration;

    const PLACE: Declaration = Declaration {
        security: Security::Scopes(&["orders:place", "orders:read"]),
        owner: Domain::Commerce,
        pattern: Pattern::Hybrid,
        latency: Duration::from_millis(500),
        limit: LimitClass::Checkout,
        data: DataClass::Pseudonymous,
        idempotency: Idempotency::CallerKey,
        degrade: "202 and go on without the caller",
    };

    #[utoipa::path(post, path = "/orders/{id}", operation_id = "place_order", responses((status = 201)))]
    async fn without_its_parameter() {}

    fn read(api: &Api) -> Result<Operation, String> {
        let contract = serde_json::to_value(&api.contract).unwrap();
        let declared = &api.declared[0];
        let item = &contract["paths"][&declared.path];
        operation(declared, item, &Components::of(&contract))
    }

    fn api(routes: Routes) -> Api {
        Api::new(ApiId::process("order"), "", routes)
    }

    #[test]
    fn a_path_parameter_that_the_contract_does_not_describe_is_named() {
        let routes = Routes::new().route(routes!(without_its_parameter), PLACE);
        let error = operations(&api(routes)).unwrap_err();
        assert_eq!(error.faults.len(), 1);
        assert!(
            error
                .to_string()
                .contains("POST /orders/{id}: place_order: the path parameter id"),
            "{error}"
        );
    }

    #[utoipa::path(post, path = "/orders", operation_id = "place_order", responses((status = 201)),
        request_body = Value)]
    async fn place() {}

    #[test]
    fn a_schema_that_refers_to_nothing_is_a_fault_at_start() {
        let mut api = api(Routes::new().route(routes!(place), PLACE));
        let mut contract = serde_json::to_value(&api.contract).unwrap();
        let body = &mut contract["paths"]["/orders"]["post"]["requestBody"]["content"];
        body["application/json"]["schema"] =
            serde_json::json!({"$ref": "#/components/schemas/Missing"});
        api.contract = serde_json::from_value(contract).unwrap();
        assert!(read(&api).unwrap_err().contains("Missing"));
    }

    #[test]
    fn scope_class_and_key_are_those_of_the_declaration() {
        let operation = read(&api(Routes::new().route(routes!(place), PLACE))).unwrap();
        let both = vec!["orders:place".into(), "orders:read".into()];
        assert_eq!(operation.permission, Permission::Scopes(vec![both]));
        assert_eq!(&*operation.limit_class, "checkout");
        assert!(operation.needs_key && operation.reads_body);
        assert_eq!(permission(Security::Public), Permission::Public);
    }
}
