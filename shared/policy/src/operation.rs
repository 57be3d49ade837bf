//! Row 3: which operation a request asks for, looked up in the API's own contract.

use crate::gate::{Gate, Inbound, Stop};
use crate::schema::RequestSchema;
use axum::extract::MatchedPath;
use crossdock_problem::Code;
use http::{Method, header};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// What a request asks for, as its contract declares it; in the request's extensions as `Arc<Operation>`.
pub struct Operation {
    /// Its operation id, `ecommerce_place_order`.
    pub id: Arc<str>,
    /// Who may ask.
    pub permission: Permission,
    /// Which of the consumer's limits it counts against.
    pub limit_class: Arc<str>,
    /// Whether an `Idempotency-Key` is required.
    pub needs_key: bool,
    /// Whether it reads a body.
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

/// Who may ask for an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// Anybody, without a token.
    Public,
    /// A caller that holds every scope of one of these sets.
    Scopes(Vec<Vec<Arc<str>>>),
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

    /// Adds one.
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
}

impl Gate for Operations {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        let matched = inbound.parts.extensions.get::<MatchedPath>();
        let methods = matched.and_then(|path| self.by_path.get(self.relative(path.as_str())));
        let Some(methods) = methods else {
            return Err(Stop::refuse(
                Code::NotFound,
                "no such path: see the API's contract",
            ));
        };
        let asked = match inbound.parts.method {
            Method::HEAD => &Method::GET,
            ref other => other,
        };
        let found = methods.by_method.iter().find(|(method, _)| method == asked);
        let Some((_, operation)) = found else {
            inbound.answer_with(header::ALLOW, &methods.allow);
            let detail = format!("this path answers to {}", methods.allow);
            return Err(Stop::refuse(Code::MethodNotAllowed, detail));
        };
        inbound.parts.extensions.insert(Arc::clone(operation));
        inbound.operation = Some(Arc::clone(operation));
        Ok(())
    }
}
