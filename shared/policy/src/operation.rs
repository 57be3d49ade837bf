//! Row 3: which operation a request asks for, looked up in the API's own contract.

use crate::facts::Facts;
use crate::policy::{Policy, PolicyLayer, refuse};
use crate::schema::RequestSchema;
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use crossdock_problem::Code;
use http::{HeaderValue, Method, header};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// What a request asks for, as its contract declares it; in the request's extensions as `Arc<Operation>`.
pub struct Operation {
    /// Its operation id, `ecommerce_place_order`.
    pub id: Arc<str>,
    /// The scopes that let a caller ask for it.
    pub permission: Permission,
    /// Which of the consumer's limits it counts against.
    pub limit_class: Arc<str>,
    /// Whether a request without `Idempotency-Key` is refused.
    pub needs_key: bool,
    /// Whether its contract declares a request body; without one, content type and encoding do not matter.
    pub reads_body: bool,
    pub(crate) schema: RequestSchema,
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("id", &self.id)
            .field("permission", &self.permission)
            .field("limit_class", &self.limit_class)
            .field("needs_key", &self.needs_key)
            .finish_non_exhaustive()
    }
}

impl Operation {
    /// What a request asks for; the look-up stands before every policy that needs it.
    pub(crate) fn of(request: &Request) -> Result<&Arc<Self>, Response> {
        let operation = request.extensions().get::<Arc<Self>>();
        operation.ok_or_else(|| {
            let detail = "a policy ran before the operation was looked up";
            refuse(Code::Internal, detail)
        })
    }
}

/// Who may ask for an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// Anybody, without a token.
    Public,
    /// A caller that holds every scope of one of these sets.
    Scopes(Vec<Vec<Arc<str>>>),
}

pub(crate) type OperationLayer = PolicyLayer<Operations>;

impl OperationLayer {
    pub(crate) fn new(operations: Operations) -> Self {
        Self::of(operations)
    }
}

/// The operations of one API by path and method.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    base: String,
    by_path: HashMap<String, Methods>,
}

#[derive(Debug, Default)]
struct Methods {
    by_method: Vec<(Method, Arc<Operation>)>,
    allow: String,
}

impl Operations {
    /// None yet, for an API that may be mounted at that base.
    pub(crate) fn at(base: String) -> Self {
        Self {
            base,
            by_path: HashMap::new(),
        }
    }

    pub(crate) fn add(&mut self, path: &str, method: Method, operation: Operation) {
        let methods = self.by_path.entry(path.to_owned()).or_default();
        for allowed in [
            Some(method.as_str()),
            (method == Method::GET).then_some("HEAD"),
        ] {
            let Some(allowed) = allowed else { continue };
            if !methods.allow.is_empty() {
                methods.allow.push_str(", ");
            }
            methods.allow.push_str(allowed);
        }
        methods.by_method.push((method, Arc::new(operation)));
    }

    /// The pattern relative to the API, whether the router was mounted at its base or not.
    fn relative<'a>(&self, pattern: &'a str) -> &'a str {
        match pattern.strip_prefix(self.base.as_str()) {
            Some("") => "/",
            Some(rest) => rest,
            None => pattern,
        }
    }

    fn look_up(&self, request: &Request) -> Result<&Arc<Operation>, Response> {
        let matched = request.extensions().get::<MatchedPath>();
        let methods = matched.and_then(|path| self.by_path.get(self.relative(path.as_str())));
        let Some(methods) = methods else {
            let detail = "no such path: see the API's contract";
            return Err(refuse(Code::NotFound, detail));
        };
        let asked = match *request.method() {
            Method::HEAD => &Method::GET,
            ref other => other,
        };
        let found = methods.by_method.iter().find(|(method, _)| method == asked);
        found
            .map(|(_, operation)| operation)
            .ok_or_else(|| not_allowed(&methods.allow))
    }
}

/// The refusal of another method, with those that the path answers to (RFC 9110, section 15.5.6).
fn not_allowed(allow: &str) -> Response {
    let detail = format!("this path answers to {allow}");
    let mut response = refuse(Code::MethodNotAllowed, detail);
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

impl Policy for Operations {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        let operation = self.look_up(request)?;
        Facts::of(request)?.set_operation(&operation.id);
        request.extensions_mut().insert(Arc::clone(operation));
        Ok(())
    }
}
