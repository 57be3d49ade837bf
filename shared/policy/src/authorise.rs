//! Row 7: the caller's retailer, then the scope that the operation itself declares.

use crate::operation::{Operation, Permission};
use crate::policy::{Policy, PolicyLayer, refuse};
use crate::shared::Shared;
use axum::extract::Request;
use axum::response::Response;
use crossdock_model::{Caller, Context, Tenant};
use crossdock_problem::Code;
use http::{HeaderValue, header};
use std::collections::HashSet;
use std::sync::Arc;

pub(crate) type AuthoriseLayer = PolicyLayer<Authorise>;

/// Lets on callers of a retailer that is served here, who hold a scope where scopes are asked for.
#[derive(Debug)]
pub(crate) struct Authorise {
    tenants: Arc<HashSet<Tenant>>,
    scopes: bool,
}

impl AuthoriseLayer {
    /// By retailer, and by the scope that the operation declares.
    pub(crate) fn by_scope(shared: &Shared) -> Self {
        Self::of(Authorise {
            tenants: Arc::clone(&shared.tenants),
            scopes: true,
        })
    }

    /// By retailer alone: the system tier's callers are process APIs, which asked for scopes.
    pub(crate) fn by_tenant(shared: &Shared) -> Self {
        Self::of(Authorise {
            tenants: Arc::clone(&shared.tenants),
            scopes: false,
        })
    }
}

impl Policy for Authorise {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        let operation = Operation::of(request)?;
        let Permission::Scopes(alternatives) = &operation.permission else {
            return Ok(());
        };
        let Some(context) = request.extensions().get::<Context>() else {
            return Err(refuse(Code::Internal, "the caller is not known yet"));
        };
        let caller = &context.caller;
        if !self.tenants.contains(&caller.tenant) {
            let detail = "the caller's tenant is not served here";
            return Err(refuse(Code::Forbidden, detail));
        }
        if !self.scopes || alternatives.iter().any(|set| holds(caller, set)) {
            return Ok(());
        }
        Err(insufficient_scope(operation, alternatives))
    }
}

fn holds(caller: &Caller, set: &[Arc<str>]) -> bool {
    set.iter().all(|scope| caller.may(scope))
}

/// The refusal of RFC 6750, section 3.1, which names the scope.
fn insufficient_scope(operation: &Operation, alternatives: &[Vec<Arc<str>>]) -> Response {
    let sets: Vec<String> = alternatives.iter().map(|set| set.join(" ")).collect();
    let scope = sets.first().map_or("", String::as_str);
    let challenge =
        format!("Bearer realm=\"crossdock\", error=\"insufficient_scope\", scope=\"{scope}\"");
    let detail = format!("{} needs the scope {}", operation.id, sets.join(" or "));
    let mut response = refuse(Code::Forbidden, detail);
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
